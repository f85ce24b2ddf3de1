"""What the store's lists find, what they cost, and how they read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.inventory.adjust import change_quantity
from clinic.inventory.filters import EXPIRES_SOON
from clinic.inventory.models import Item
from clinic.inventory.receive_delivery import Line, receive_delivery
from clinic.stats import snapshot
from tests.web.patients.conftest import ClientOf

SESSION_USER_AND_RIGHTS = 3


def column(client: Client, address: str, name: str) -> list[str]:
    """The words of one column of a list."""
    html = client.get(address).content.decode()
    cells = re.findall(rf'<td[^>]* table__cell--{name}[ "][^>]*>(.*?)</td>', html, re.DOTALL)
    return [re.sub("<[^>]+>", "", cell).strip() for cell in cells]


@pytest.fixture
def ledger(gauze: Item) -> Item:
    """Gauze and tape that moved for several reasons, by several hands."""
    tape = Item.objects.create(name="Tape", sku="T-9")
    receive_delivery("D-1", [Line(gauze.pk, 4), Line(tape.pk, 2)])
    change_quantity(gauze.pk, -1, "damaged", "wet")
    with connection.cursor() as cursor:
        cursor.execute("set local application_name = 'import.py'; set local clinic.stock_reason = 'audit'")
        cursor.execute("update inventory_item set quantity = 7 where id = %s", [tape.pk])
        cursor.execute("set local clinic.stock_reason = ''; set local application_name = 'clinic-pulse'")
    return gauze


@pytest.mark.parametrize(
    ("quantity", "level", "ordered"),
    [(0, 0, "1"), (0, 10, "20"), (4, 10, "16"), (10, 10, "10"), (1, 1, "1"), (11, 10, None)],
)
def test_as_much_is_ordered_as_fills_up_to_twice_the_level(
    client_of: ClientOf, quantity: int, level: int, ordered: str | None
) -> None:
    Item.objects.create(name="Gauze", quantity=quantity, reorder_level=level)
    assert column(client_of("store"), "/inventory/reorder/", "to_order") == ([ordered] if ordered else [])


def test_what_has_expired_is_ordered_as_if_none_were_left(client_of: ClientOf) -> None:
    today = timezone.localdate()
    for name, quantity, away in (("gone", 500, -1), ("last day", 500, 0), ("spent", 0, -1)):
        Item.objects.create(name=name, quantity=quantity, reorder_level=10, expires_on=today + timedelta(days=away))
    client = client_of("store")
    assert column(client, "/inventory/reorder/", "name") == ["gone", "spent"]
    assert column(client, "/inventory/reorder/", "to_order") == ["20", "20"]
    assert column(client, "/inventory/reorder/", "quantity") == ["500", "0"]
    file = b"".join(client.get("/inventory/reorder/?export=csv")).decode()  # type: ignore[arg-type]
    assert [line.split(",")[0].strip('"') for line in file.splitlines()[1:]] == ["gone", "spent"]
    assert str(today - timedelta(days=1)) in file


@pytest.mark.parametrize(
    ("quantity", "away", "said"),
    [(500, -1, "Expired"), (5, -1, "Expired"), (0, -1, "Out of stock"), (500, 0, "In stock"), (5, 0, "Low stock")],
)
def test_what_has_expired_is_not_called_in_stock(client_of: ClientOf, quantity: int, away: int, said: str) -> None:
    day = timezone.localdate() + timedelta(days=away)
    item = Item.objects.create(name="Gauze", quantity=quantity, reorder_level=10, expires_on=day)
    client = client_of("store")
    assert column(client, "/inventory/", "stock_status") == [said]
    assert f">{said}</span>" in client.get(item.get_absolute_url()).content.decode()
    file = b"".join(client.get("/inventory/?export=csv")).decode()  # type: ignore[arg-type]
    assert said in file.splitlines()[1].replace('"', "").split(",")


@pytest.mark.parametrize("address", ["/inventory/", "/inventory/reorder/"])
def test_a_list_says_in_words_and_in_colour_that_something_has_expired(client_of: ClientOf, address: str) -> None:
    today = timezone.localdate()
    for name, away in (("bad", -1), ("good", 0)):
        Item.objects.create(name=name, expires_on=today + timedelta(days=away))
    Item.objects.create(name="keeps")
    client = client_of("store")
    bad, good, keeps = column(client, address, "expires_on")
    assert bad.endswith(", expired")
    assert good == f"{today:%-d %b %Y}"
    assert keeps == ""
    page = client.get(address).content.decode()
    assert 'class="stock stock--expired"' in page
    assert "css/store." in page


def test_what_has_expired_is_counted_as_stock_all_the_same(client_of: ClientOf) -> None:
    Item.objects.create(
        name="gone", quantity=500, reorder_level=10, expires_on=timezone.localdate() - timedelta(days=1)
    )
    item = Item.objects.get()
    assert (item.stock_status, item.available) == ("in_stock", 0)
    assert snapshot.read().values["inventory_low_stock"] == snapshot.read().values["inventory_out_of_stock"] == 0
    page = client_of("store").get("/").content.decode()
    assert "500 expired" in page


def test_the_reorder_list_is_filtered_by_name_and_category(client_of: ClientOf) -> None:
    for name, category in (("Gauze", "Dressing"), ("Tape", "Dressing"), ("Saline", "Injection")):
        Item.objects.create(name=name, category=category)
    client = client_of("store")
    assert column(client, "/inventory/reorder/?q=ga", "name") == ["Gauze"]
    assert column(client, "/inventory/reorder/?category=Dressing", "name") == ["Gauze", "Tape"]


def test_expiry_tells_what_is_left_of_what_will_not_keep(client_of: ClientOf) -> None:
    today = timezone.localdate()
    days = {"yesterday": -1, "today": 0, "last of soon": EXPIRES_SOON.days, "later": EXPIRES_SOON.days + 1}
    for name, away in days.items():
        Item.objects.create(name=name, quantity=1, expires_on=today + timedelta(days=away))
        Item.objects.create(name=f"no {name}", quantity=0, expires_on=today + timedelta(days=away))
    Item.objects.create(name="keeps", quantity=1)
    client = client_of("store")
    assert column(client, "/inventory/?expiry=expired", "name") == ["yesterday"]
    assert column(client, "/inventory/?expiry=soon", "name") == ["last of soon", "today"]
    assert len(column(client, "/inventory/", "name")) == 9


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["+5", "-1", "+2", "+4", "+5"]),
        ("q=tape", ["+5", "+2"]),
        ("q=t-9", ["+5", "+2"]),
        ("reason=delivery", ["+2", "+4"]),
        ("reason=audit", ["+5"]),
        ("who=IMPORT.py", ["+5"]),
        ("who=nobody", []),
        ("reason=delivery&q=gauze", ["+4"]),
        ("sort=made_at", ["+5", "+4", "+2", "-1", "+5"]),
    ],
)
def test_movements_are_found_by_item_reason_and_hand(
    client_of: ClientOf, ledger: Item, query: str, expected: list[str]
) -> None:
    assert column(client_of("store"), f"/inventory/movements/?{query}", "change") == expected


def test_movements_are_found_by_the_clinics_day(client_of: ClientOf, ledger: Item) -> None:
    client, today = client_of("store"), timezone.localdate()
    assert len(column(client, f"/inventory/movements/?day={today}", "change")) == 5
    assert column(client, f"/inventory/movements/?day={today - timedelta(days=1)}", "change") == []
    assert column(client, f"/inventory/movements/?day={today + timedelta(days=1)}", "change") == []


def test_an_items_movements_are_its_own(client_of: ClientOf, ledger: Item) -> None:
    client = client_of("store")
    assert column(client, f"/inventory/{ledger.pk}/movements/", "change") == ["-1", "+4", "+5"]
    assert column(client, f"/inventory/{ledger.pk}/movements/?reason=damaged", "note") == ["wet"]


def test_reasons_are_words_and_those_of_scripts_can_be_chosen_too(client_of: ClientOf, ledger: Item) -> None:
    change_quantity(ledger.pk, -1, "used")
    client = client_of("store")
    html = client.get("/inventory/movements/").content.decode()
    assert '<option value="used">used in the clinic</option>' in html
    assert html.count('<option value="audit">audit</option>') == 1
    assert html.count('<option value="delivery">') == 1
    assert "used in the clinic" in client.get(f"/inventory/{ledger.pk}/").content.decode()
    assert "used in the clinic" in column(client, "/inventory/movements/", "reason")


def test_stock_is_said_in_words(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("store")
    assert column(client, "/inventory/", "stock_status") == ["In stock"]
    Item.objects.update(quantity=0)
    assert column(client, "/inventory/", "stock_status") == ["Out of stock"]
    assert ">Out of stock</span>" in client.get(f"/inventory/{gauze.pk}/").content.decode()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("", 3),
        ("?q=a&status=in_stock&category=C&sort=-quantity", 3),
        ("reorder/", 3),
        ("reorder/?category=C", 3),
        ("movements/", 3),
        ("movements/?q=gauze&reason=found", 3),
        ("{item}/", 3),
        ("{item}/movements/", 4),
        ("receive/", 1),
    ],
)
def test_a_page_costs_the_same_few_queries_however_much_it_shows(
    client_of: ClientOf, gauze: Item, path: str, most: int
) -> None:
    Item.objects.bulk_create(Item(name=f"A{n}", category="C", quantity=n % 3, reorder_level=1) for n in range(60))
    for _n in range(30):
        change_quantity(gauze.pk, 1, "found")
    client = client_of("store")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/inventory/{path.format(item=gauze.pk)}")
    assert len(queries) - SESSION_USER_AND_RIGHTS <= most, [query["sql"] for query in queries]


@pytest.mark.parametrize("path", ["", "movements/", "adjust/"])
def test_an_open_page_of_a_deleted_item_says_so(client_of: ClientOf, gauze: Item, path: str) -> None:
    client, address = client_of("store"), f"/inventory/{gauze.pk}/{path}"
    gauze.delete()
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "This inventory item was deleted by " in answer.content.decode()
    assert client.get(address)["Location"] == "/inventory/"


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("/inventory/", ["quantity", "reorder_level"]),
        ("/inventory/reorder/", ["quantity", "reorder_level", "to_order"]),
        ("/inventory/movements/", ["change"]),
    ],
)
def test_numbers_stand_right_under_their_headings(client_of: ClientOf, address: str, numbers: list[str]) -> None:
    Item.objects.create(name="Gauze", quantity=1, reorder_level=9)
    html = client_of("store").get(address).content.decode()
    for cell in ("th", "td"):
        assert re.findall(rf'<{cell}[^>]* table__cell--(\w+) table__number"', html) == numbers
