"""The store's screens: what they show, what they change, and to whom."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from clinic.inventory.models import Item, StockMovement
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from clinic.records.prescribe import prescribe
from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf, client_of, gauze

__all__ = ["client_of", "gauze"]
TILES = [metric for section in SECTIONS if section.key == "inventory" for metric in section.metrics]


@pytest.mark.parametrize("metric", TILES, ids=lambda metric: metric.key)
def test_a_tile_is_the_number_of_rows_of_its_list(client_of: ClientOf, metric: object) -> None:
    for quantity in (0, 1, 1, 9, 9, 9):
        Item.objects.create(name="A", quantity=quantity, reorder_level=5)
    html = client_of("store").get(metric.list_url).content.decode()  # type: ignore[attr-defined]
    assert len(re.findall(r'<tr id="row-', html)) == snapshot.read().values[metric.key]  # type: ignore[attr-defined]


def test_an_item_is_added_and_edited_without_touching_a_quantity_that_moves(client_of: ClientOf) -> None:
    client = client_of("store")
    answer = client.post("/inventory/new/", form_of(client.get("/inventory/new/")) | {"name": "Gauze", "quantity": 9})
    assert "refreshStats" in answer["HX-Trigger"]
    item = Item.objects.get()
    address = f"/inventory/{item.pk}/edit/"
    form = form_of(client.get(address)) | {"name": "Gauze, sterile"}
    Item.objects.update(quantity=4)
    assert client.post(address, form).status_code == 302
    item.refresh_from_db()
    assert (item.name, item.quantity, item.changed_by) == ("Gauze, sterile", 4, "store")


def test_a_count_sets_the_quantity_and_one_that_is_overtaken_is_reviewed(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    address = f"/inventory/{gauze.pk}/adjust/"
    form = form_of(client.get(address)) | {"reason": "counted", "number": "4"}
    with connection.cursor() as cursor:
        cursor.execute("set local application_name = 'import.py'; update inventory_item set quantity = 3")
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "import.py (clinic) moved -2 at " in refused.content.decode()
    assert client.post(address, form_of(refused)).status_code == 302
    gauze.refresh_from_db()
    assert gauze.quantity == 4
    last = StockMovement.objects.latest("id")
    assert (last.change, last.reason, last.source) == (1, "counted", "store")


@pytest.mark.parametrize(("reason", "number", "left"), [("damaged", "-2", 3), ("counted", "4", 4)])
def test_an_adjustment_sent_twice_moves_stock_once(
    client_of: ClientOf, gauze: Item, reason: str, number: str, left: int
) -> None:
    client, address = client_of("store"), f"/inventory/{gauze.pk}/adjust/"
    form = form_of(client.get(address)) | {"reason": reason, "number": number}
    first, second = client.post(address, form), client.post(address, form)
    assert first["Location"] == second["Location"] == f"/inventory/{gauze.pk}/"
    gauze.refresh_from_db()
    assert gauze.quantity == left
    assert gauze.movements.count() == 2


@pytest.mark.parametrize(
    ("reason", "number", "left", "said"),
    [
        ("damaged", "2", 3, "2 taken out of stock: damaged."),
        ("damaged", "-2", 3, "2 taken out of stock: damaged."),
        ("used", "1", 4, "1 taken out of stock: used in the clinic."),
        ("expired", "5", 0, "5 taken out of stock: expired."),
        ("lost", "1", 4, "1 taken out of stock: lost."),
        ("found", "3", 8, "3 put into stock: found."),
        ("adjustment", "3", 8, "3 put into stock: adjustment."),
        ("adjustment", "-3", 2, "3 taken out of stock: adjustment."),
        ("counted", "7", 7, "Counted: 7 are there."),
    ],
)
def test_a_reason_knows_whether_it_adds_or_takes(
    client_of: ClientOf, gauze: Item, reason: str, number: str, left: int, said: str
) -> None:
    client, address = client_of("store"), f"/inventory/{gauze.pk}/adjust/"
    form = form_of(client.get(address)) | {"reason": reason, "number": number}
    answer = client.post(address, form, follow=True)
    gauze.refresh_from_db()
    assert gauze.quantity == left
    assert said in answer.content.decode()


def test_what_is_found_is_not_less(client_of: ClientOf, gauze: Item) -> None:
    client, address = client_of("store"), f"/inventory/{gauze.pk}/adjust/"
    answer = client.post(address, form_of(client.get(address)) | {"reason": "found", "number": "-3"})
    assert answer.status_code == 422
    assert "“found” adds to the stock: give how many, without a minus." in answer.content.decode()
    gauze.refresh_from_db()
    assert gauze.quantity == 5


def test_more_than_is_left_is_refused_with_the_quantity_left(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    address = f"/inventory/{gauze.pk}/adjust/"
    answer = client.post(address, form_of(client.get(address)) | {"reason": "damaged", "number": "-6"})
    assert answer.status_code == 422
    assert "Only 5 of Gauze are left" in answer.content.decode()


def test_a_delivery_adds_to_several_items_under_its_number(client_of: ClientOf, gauze: Item) -> None:
    tape = Item.objects.create(name="Tape")
    client = client_of("store")
    form = form_of(client.get("/inventory/receive/")) | {"delivery_note": "D-17"}
    form |= {"line-0-item": gauze.pk, "line-0-quantity": 3, "line-1-item": tape.pk, "line-1-quantity": 2}
    assert client.post("/inventory/receive/", form | {"line-1-expires_on": "2030-01-01"}).status_code == 302
    assert list(Item.objects.order_by("id").values_list("quantity", flat=True)) == [8, 2]
    assert StockMovement.objects.filter(reason="delivery", note="D-17", source="store").count() == 2


def test_an_item_that_was_prescribed_stays_and_another_goes(client_of: ClientOf, gauze: Item) -> None:
    record = MedicalRecord.objects.create(patient=Patient.objects.create(first_name="Ada"))
    prescribe(record.pk, gauze.pk, 1)
    client, tape = client_of("store"), Item.objects.create(name="Tape")
    for item in (gauze, tape):
        client.post(f"/inventory/{item.pk}/delete/")
    assert list(Item.objects.all()) == [gauze]
    assert "so it stays" in client.get(f"/inventory/{gauze.pk}/delete/").content.decode()


@pytest.mark.parametrize("path", ["", "reorder/", "movements/", "movements/?who=STORE&reason=x&day=2030-01-01&q=a"])
def test_lists_and_pages_open(client_of: ClientOf, gauze: Item, path: str) -> None:
    client = client_of("store")
    assert client.get(f"/inventory/{path}").status_code == 200
    assert client.get(f"/inventory/{gauze.pk}/").status_code == 200
    assert client.get(f"/inventory/{gauze.pk}/movements/").status_code == 200


@pytest.mark.parametrize(
    "path", ["new/", "receive/", "movements/", "1/edit/", "1/adjust/", "1/delete/", "1/movements/"]
)
def test_a_clinician_looks_at_items_and_touches_nothing(client_of: ClientOf, path: str) -> None:
    assert client_of("clinician").get(f"/inventory/{path}").status_code == 403
