"""Lists as files: all rows, the list's own filter and order, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import urllib.request
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from clinic.bookings.models import Booking
from clinic.desk.export import BYTE_ORDER_MARK, safe, written
from clinic.desk.listing import COUNTED_UP_TO
from clinic.inventory.adjust import change_quantity
from clinic.inventory.models import Item
from clinic.patients.models import MedicalRecord, Patient
from clinic.patients.tables import PatientTable
from tests.web.patients.conftest import ClientOf, ada, client_of, gauze
from tests.web_server import WebServer

__all__ = ["ada", "client_of", "gauze"]


def rows(text: str) -> list[list[str]]:
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(text.removeprefix(BYTE_ORDER_MARK).splitlines()))


def exported(client: Client, address: str) -> list[list[str]]:
    answer: Any = client.get(address)
    return rows(b"".join(answer.streaming_content).decode())


@pytest.mark.parametrize("value", ["=1+1", "+49 170", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_a_spreadsheet_would_run_stays_a_text(value: str) -> None:
    assert safe(value) == f"'{value}"


@pytest.mark.parametrize("value", [-5, "-5", "-12.50", "Ada", "1-2", "", None])
def test_numbers_and_words_stay_as_they_are(value: Any) -> None:
    assert safe(value) == value


def test_a_file_has_the_columns_of_the_list_and_plain_days(client_of: ClientOf, ada: Patient) -> None:
    assert exported(client_of("reception"), "/patients/?export=csv")[:2] == [
        ["Name", "Born", "Phone", "E-mail", "Registered"],
        ["Lovelace, Ada", "1815-12-10", "'+44 20 7946-0958", "ada@example.org", ada.registered_on.isoformat()],
    ]


def test_a_file_keeps_the_lists_filter_and_order(client_of: ClientOf) -> None:
    for name in ("Anna", "Anton", "Berta"):
        Patient.objects.create(first_name=name)
    found = exported(client_of("reception"), "/patients/?q=an&sort=-name&page=7&export=csv")
    assert [row[0] for row in found[1:]] == ["Anton", "Anna"]


def test_bookings_and_records_are_files_without_html(client_of: ClientOf, ada: Patient) -> None:
    Booking.objects.create(patient=ada, patient_name="A & B", date="2030-01-01")
    MedicalRecord.objects.create(patient=ada, visit_on="2030-01-01", diagnosis="<b>flu</b>")
    client = client_of("manager")
    assert "Pending" in exported(client, "/bookings/?export=csv")[1]
    assert "Next" not in exported(client, "/bookings/?export=csv")[0]
    assert exported(client, "/records/?export=csv")[1][:2] == ["2030-01-01", "Ada Lovelace"]
    assert "<b>flu</b>" in exported(client, "/records/?export=csv")[1]


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_cursors where name like '_django%'")
        return int((cursor.fetchone() or (0,))[0])


def test_a_file_is_read_by_a_cursor_that_ends_with_it(db: None) -> None:
    Patient.objects.bulk_create(Patient(first_name=f"P{n}") for n in range(5_000))
    parts = written(PatientTable(Patient.objects.all()))
    next(parts)
    assert open_cursors() == 1
    parts.close()
    assert open_cursors() == 0


def test_the_link_stands_once_on_a_list_and_keeps_its_filter(client_of: ClientOf, ada: Patient) -> None:
    html = client_of("reception").get("/patients/?q=ada&page=1").content.decode()
    assert html.count("export=csv") == 1
    assert 'href="?q=ada&amp;export=csv"' in html


def test_who_may_not_see_a_list_gets_no_file(client_of: ClientOf) -> None:
    assert client_of("store").get("/patients/?export=csv").status_code == 403


def test_the_real_server_streams_every_row(
    server: WebServer, sql: psycopg.Connection[Any], sign_in: Callable[[str], str]
) -> None:
    wanted = COUNTED_UP_TO + 2_345
    sql.execute("insert into patient (first_name) select 'P' || n from generate_series(1, %s) as n", [wanted])
    request = urllib.request.Request(
        f"{server.url}/patients/?export=csv", headers={"Cookie": f"sessionid={sign_in('reception')}"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert len(rows(answer.read().decode())) == wanted + 1
    assert "Warning" not in server.log.read_text()


def test_the_stores_lists_are_files_too(client_of: ClientOf, gauze: Item) -> None:
    Item.objects.create(name="=Tape", sku="T-9", quantity=2, reorder_level=10, expires_on="2030-01-01")
    change_quantity(gauze.pk, -1, "used", "-1 roll, torn")
    client = client_of("store")
    assert exported(client, "/inventory/?export=csv") == [
        ["Name", "SKU", "Category", "Quantity", "Reorder level", "Stock", "Expires"],
        ["'=Tape", "T-9", "", "2", "10", "Low stock", "2030-01-01"],
        ["Gauze", "", "", "4", "0", "In stock", ""],
    ]
    assert exported(client, "/inventory/reorder/?export=csv")[1:] == [["'=Tape", "T-9", "", "2", "10", "18"]]
    header, newest, *older = exported(client, "/inventory/movements/?export=csv")
    assert header == ["When", "Item", "Change", "Reason", "Note", "Who"]
    assert newest[1:5] == ["Gauze", "-1", "used in the clinic", "'-1 roll, torn"]
    assert [row[2] for row in older] == ["2", "5"]
    assert len(exported(client, f"/inventory/{gauze.pk}/movements/?reason=used&export=csv")) == 2


@pytest.mark.parametrize("path", ["", "reorder/", "movements/"])
def test_a_file_of_the_store_keeps_the_lists_filter(client_of: ClientOf, gauze: Item, path: str) -> None:
    Item.objects.create(name="Tape")
    Item.objects.filter(pk=gauze.pk).update(quantity=0)
    rows = exported(client_of("store"), f"/inventory/{path}?q=gauze&export=csv")
    at = rows[0].index("Item" if path == "movements/" else "Name")
    assert {row[at] for row in rows[1:]} == {"Gauze"}


def test_a_clinician_gets_the_items_as_a_file_and_not_the_ledger(client_of: ClientOf, gauze: Item) -> None:
    client = client_of("clinician")
    assert client.get("/inventory/?export=csv").status_code == 200
    assert client.get("/inventory/movements/?export=csv").status_code == 403
