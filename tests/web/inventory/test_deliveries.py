"""Deliveries: as many lines as they have, none lost, and a warning of a note that came twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from clinic.inventory.delivery_form import LINES
from clinic.inventory.models import Item, StockMovement
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf

ADDRESS = "/inventory/receive/"


def filled(client: Client, item: Item, note: str = "D-17", quantity: int = 3) -> dict[str, Any]:
    form = form_of(client.get(ADDRESS))
    return form | {"delivery_note": note, "line-0-item": str(item.pk), "line-0-quantity": str(quantity)}


def test_more_lines_are_offered_and_nothing_typed_is_lost(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    form = filled(client, gauze) | {"line-1-quantity": "many", "line-2-expires_on": "2030-01-01"}
    answer = client.post(ADDRESS, form | {"more": "1"})
    longer = form_of(answer)
    assert answer.status_code == 200
    assert f"line-{2 * LINES - 1}-item" in longer
    typed = [name for name in form if name.startswith(("line-0", "line-1", "line-2")) and "item-" not in name]
    assert {name: longer[name] for name in typed} == {name: form[name] for name in typed}
    assert longer["delivery_note"] == "D-17"
    assert "form__error" not in answer.content.decode()
    assert not StockMovement.objects.filter(reason="delivery").exists()


def test_a_line_that_was_added_is_received(client_of: ClientOf, gauze: Item) -> None:
    client, tape = client_of("store"), Item.objects.create(name="Tape")
    longer = form_of(client.post(ADDRESS, filled(client, gauze) | {"more": "1"}))
    last = f"line-{2 * LINES - 1}"
    assert client.post(ADDRESS, longer | {f"{last}-item": tape.pk, f"{last}-quantity": 2}).status_code == 302
    assert list(Item.objects.order_by("id").values_list("quantity", flat=True)) == [8, 2]


@pytest.mark.parametrize("number", ["2147483648", "101", "9" * 5_000, "²"])
def test_a_delivery_of_more_lines_than_any_note_has_is_refused(client_of: ClientOf, gauze: Item, number: str) -> None:
    client = client_of("store")
    form = filled(client, gauze) | {"line-TOTAL_FORMS": number}
    answer, longer = client.post(ADDRESS, form), client.post(ADDRESS, form | {"more": "1"})
    assert (answer.status_code, longer.status_code) == (422, 200)
    assert len(answer.context["lines"].forms) <= 100
    assert len(longer.context["lines"].forms) <= 100
    assert "Enter the rest as another delivery." in answer.content.decode() or number.strip("9") in {"²", ""}
    assert Item.objects.get().quantity == 5


def test_the_hundredth_line_is_not_lost_for_want_of_more(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    form = filled(client, gauze) | {"line-TOTAL_FORMS": "100", "line-99-quantity": "7"}
    longer = form_of(client.post(ADDRESS, form | {"more": "1"}))
    assert longer["line-99-quantity"] == "7"
    assert longer["line-TOTAL_FORMS"] == "100"


def test_an_item_that_was_chosen_beforehand_may_be_left_out_after_all(client_of: ClientOf, gauze: Item) -> None:
    client, tape = client_of("store"), Item.objects.create(name="Tape")
    address = f"{ADDRESS}?item={gauze.pk}"
    form = form_of(client.get(address))
    assert form["line-0-item"] == str(gauze.pk)
    form |= {
        "delivery_note": "D-1",
        "line-0-item": "",
        "line-0-item-text": "",
        "line-1-item": tape.pk,
        "line-1-quantity": 2,
    }
    assert client.post(address, form).status_code == 302
    assert not StockMovement.objects.filter(item=gauze, reason="delivery").exists()


def test_a_delivery_sent_twice_is_received_once(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    form = filled(client, gauze)
    for _n in range(2):
        assert client.post(ADDRESS, form).status_code == 302
    gauze.refresh_from_db()
    assert gauze.quantity == 8


def test_a_line_whose_item_was_deleted_meanwhile_says_so_and_the_rest_stays(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    form = filled(client, gauze)
    gauze.delete()
    answer = client.post(ADDRESS, form)
    assert answer.status_code == 422
    assert "This inventory item was deleted" in answer.content.decode()
    assert form["delivery_note"] in answer.content.decode()


def test_a_note_that_was_entered_before_is_warned_about_and_received(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    first = client.post(ADDRESS, filled(client, gauze), follow=True).content.decode()
    asked = client.get(f"{ADDRESS}note/?delivery_note=D-17").content.decode()
    second = client.post(ADDRESS, filled(client, gauze), follow=True).content.decode()
    words = "Delivery note D-17 was entered before, by store at "
    assert words not in first
    assert words in asked
    assert words in second
    gauze.refresh_from_db()
    assert gauze.quantity == 11


def test_a_new_note_and_no_note_are_not_warned_about(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    client.post(ADDRESS, filled(client, gauze))
    for note in ("", "D-18", "d-17x"):
        assert client.get(f"{ADDRESS}note/?delivery_note={note}").content.decode().strip() == ""


def test_a_delivery_without_a_line_or_with_half_a_line_is_refused(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    for changed, words in (
        ({"line-0-item": "", "line-0-quantity": ""}, "Give at least one item"),
        ({"line-0-quantity": ""}, "This field is required."),
        ({"line-0-quantity": "0"}, "greater than or equal to 1"),
    ):
        answer = client.post(ADDRESS, filled(client, gauze) | changed)
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_an_items_expiry_is_that_of_what_expires_first(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    for received, expected in (("2031-01-01", "2031-01-01"), ("2030-01-01", "2030-01-01"), ("", "2030-01-01")):
        client.post(ADDRESS, filled(client, gauze) | {"line-0-expires_on": received})
        gauze.refresh_from_db()
        assert gauze.expires_on == date.fromisoformat(expected)


def test_what_has_expired_already_is_asked_about_once_for_each_day(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    asked = client.post(ADDRESS, filled(client, gauze) | {"line-0-expires_on": "2020-01-01"})
    assert asked.status_code == 422
    html = asked.content.decode()
    assert "This day has passed, and all that is left of the item would count as expired." in html
    assert 'type="checkbox" name="line-0-take_expired" value="2020-01-01"' in html
    other_day = form_of(asked) | {"line-0-take_expired": "2020-01-01", "line-0-expires_on": "2020-01-02"}
    assert client.post(ADDRESS, other_day).status_code == 422
    assert client.post(ADDRESS, form_of(asked) | {"line-0-take_expired": "2020-01-01"}).status_code == 302
    gauze.refresh_from_db()
    assert (gauze.quantity, gauze.available) == (8, 0)


def test_a_delivery_on_top_of_what_has_expired_says_that_it_is_hidden(client_of: ClientOf, gauze: Item) -> None:
    Item.objects.update(expires_on="2020-01-01")
    client = client_of("store")
    html = client.post(ADDRESS, filled(client, gauze) | {"line-0-expires_on": "2040-01-01"}, follow=True).content
    assert "Gauze still counts as expired since 1 Jan 2020, with what was just delivered." in html.decode()
