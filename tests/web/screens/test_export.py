"""Lists as files: all rows, the list's own filter and order, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import Model
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tables2 import Table  # type: ignore[import-untyped]

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.inventory.adjust import change_quantity
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.patients.tables import PatientTable
from clinic.practice.models import Practitioner, Service
from clinic.records.models import MedicalRecord, Prescription
from clinic.screens.export import BYTE_ORDER_MARK, safe, written
from clinic.screens.listing import COUNTED_UP_TO
from tests.web.patients.conftest import ClientOf, ada, client_of, gauze
from tests.web_server import WebServer

__all__ = ["ada", "client_of", "gauze"]


def rows(text: str) -> list[list[str]]:
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(text.removeprefix(BYTE_ORDER_MARK).splitlines()))


def exported_text(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    return b"".join(answer.streaming_content).decode()


def exported(client: Client, address: str) -> list[list[str]]:
    return rows(exported_text(client, address))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170 1234567", "'+49 170 1234567"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),  # noqa: RUF001
        (" =1+1", "' =1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("x;=1+1", "x;'=1+1"),
        ("x,@SUM(A1)", "x,'@SUM(A1)"),
        ('x; "=1+1', "x;' \"=1+1"),
        ("x\t+1", "x\t'+1"),
        ("x|-1", "x|'-1"),
        ("fever\n=1+1", "fever\n'=1+1"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_stays_a_text(text: str, written: str) -> None:
    assert safe(text) == written


@pytest.mark.parametrize(
    "value", [-5, Decimal("-5.00"), "-5", "-12.50", "Ada", "1-2", "a@b.org", "rest, fluids; 2 + 2 = 4", "", None]
)
def test_numbers_and_words_stay_as_they_are(value: Any) -> None:
    assert safe(value) == value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_whatever_separator_a_program_takes_it_finds_no_formula(
    client_of: ClientOf, ada: Patient, separator: str
) -> None:
    attacks = ['x;=1+1;"', 'x,"=1+1', "x\t@SUM(A1)", "x|+1", "x\n=1+1", '";"=1+1', "x;\n=1+1", "=1+1"]
    MedicalRecord.objects.bulk_create(
        MedicalRecord(patient=ada, visit_on="2030-01-01", chief_complaint=text, diagnosis=text) for text in attacks
    )
    text = exported_text(client_of("manager"), "/records/?export=csv")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert len(cells) > len(attacks)
    assert [cell for cell in cells if cell.lstrip(' "\t\r\n').startswith(("=", "+", "-", "@"))] == []


def test_every_field_is_quoted(client_of: ClientOf, ada: Patient) -> None:
    text = exported_text(client_of("reception"), "/patients/?export=csv").removeprefix(BYTE_ORDER_MARK)
    assert text.splitlines() == [
        '"Name","Born","Phone","E-mail","Registered"',
        f'"Lovelace, Ada","1815-12-10","\'+44 20 7946-0958","ada@example.org","{ada.registered_on.isoformat()}"',
    ]


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


DAY, MOMENT = r"2030-01-01", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d"
LISTS = {
    "/patients/": ["Lovelace, Ada", "1815-12-10", "'\\+44 20 7946-0958", "ada@example.org", DAY],
    "/records/": [DAY, "Ada Lovelace", "Noor Haddad", "cough", "<b>flu</b>", ""],
    "/bookings/": [f"{DAY} 08:30", "Ada Lovelace", r"'\+44 20 7946-0958", "A & B", "Noor Haddad", "In consultation"],
    "/bills/": [r"#\d+", DAY, "Ada Lovelace", "100.00", "0.00", "100.00", "unpaid"],
    "/bills/medicine/": [MOMENT, "Ada Lovelace", "Gauze", "3", "2.50", "7.50"],
    "/inventory/": ["Gauze", "", "", "5", "9", "Low stock", ""],
    "/inventory/reorder/": ["Gauze", "", "", "5", "", "9", "13"],
    "/inventory/movements/": [MOMENT, "Gauze", "5", "opening", "", ".*"],
    "/inventory/{gauze}/movements/": [MOMENT, "Gauze", "5", "opening", "", ".*"],
    "/setup/sign-ins/": [MOMENT, "signed in", "manager", "", ""],
}
"""Each list's address and a row of its file, as patterns: plain values in the order of the columns."""


@pytest.fixture
def one_of_each(ada: Patient) -> Item:
    """A row in every list, with everything that a list shows of other tables."""
    Patient.objects.update(registered_on="2030-01-01")
    noor = Practitioner.objects.create(full_name="Noor Haddad")
    record = MedicalRecord.objects.create(
        patient=ada, visit_on="2030-01-01", practitioner=noor, chief_complaint="cough", diagnosis="<b>flu</b>"
    )
    Booking.objects.create(
        patient=ada,
        patient_phone="0170",
        date="2030-01-01",
        start_time="08:30",
        practitioner=noor,
        service=Service.objects.create(name="A & B"),
        status="in_consultation",
    )
    Bill.objects.create(patient=ada, issued_on="2030-01-01", service_fee=100)
    gauze = Item.objects.create(name="Gauze", quantity=5, reorder_level=9, unit_price="2.50")
    Prescription.objects.create(record=record, item=gauze, quantity=3)
    return gauze


def of_lists(table: type[Table]) -> set[type[Table]]:
    """Find the tables that are shown; what several have in common is not."""
    found = {each for made_of_it in table.__subclasses__() for each in of_lists(made_of_it)}
    return found or {table}


def test_every_list_is_among_those_below() -> None:
    tables = {table for table in of_lists(Table) if table.__module__.startswith("clinic.")}
    assert len(tables) == len(LISTS) - 1, "the ledger has two addresses, each other table one"


@pytest.mark.parametrize("address", LISTS)
def test_a_file_has_plain_values(client_of: ClientOf, one_of_each: Item, address: str) -> None:
    (row,) = exported(client_of("manager"), address.format(gauze=one_of_each.pk) + "?export=csv")[1:]
    wanted = LISTS[address]
    assert len(row) == len(wanted)
    assert [cell for cell, pattern in zip(row, wanted, strict=True) if not re.fullmatch(pattern, cell)] == []


COPIES = """
insert into patient (first_name, last_name) select 'Ada', 'L' from generate_series(1, 30);
insert into medical_record (patient_id) select id from patient;
insert into booking (patient_id, date) select id, '2030-01-02' from patient;
insert into bill (patient_id, service_fee) select id, 10 from patient;
insert into inventory_item (name, reorder_level, quantity) select 'Gauze ' || n, 2, 1 from generate_series(1, 30) n;
insert into prescription (record_id, item_id, quantity)
select r.id, i.id, 1 from medical_record r, inventory_item i where i.name = 'Gauze';
insert into sign_in_event (kind, username) select 'failed', 'nobody' from generate_series(1, 30);
"""


@pytest.mark.parametrize("address", LISTS)
def test_a_row_costs_no_template_no_instance_and_no_query(
    client_of: ClientOf, one_of_each: Item, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = client_of("manager"), address.format(gauze=one_of_each.pk) + "?export=csv"
    with connection.cursor() as cursor:
        cursor.execute(COPIES)
        for _ in range(30):
            cursor.execute("update inventory_item set quantity = quantity + 1 where name = 'Gauze'")
    made: list[str] = []
    from_db, render = Model.from_db.__func__, Template.render  # type: ignore[attr-defined]
    monkeypatch.setattr(Model, "from_db", classmethod(lambda cls, *row: [made.append("row"), from_db(cls, *row)][1]))
    monkeypatch.setattr(Template, "render", lambda *args: [made.append("template"), render(*args)][1])
    with CaptureQueriesContext(connection) as queries:
        assert len(exported(client, address)) > 30
    assert "template" not in made
    assert len(made) <= 3, "the session, the user, and the item whose movements they are"
    assert len(queries) <= 10


def test_bookings_and_records_are_files_without_html(client_of: ClientOf, ada: Patient) -> None:
    Booking.objects.create(patient=ada, patient_name="A & B", date="2030-01-01")
    MedicalRecord.objects.create(patient=ada, visit_on="2030-01-01", diagnosis="<b>flu</b>")
    client = client_of("manager")
    assert exported(client, "/bookings/?export=csv")[1][0] == "2030-01-01"
    assert "Pending" in exported(client, "/bookings/?export=csv")[1]
    assert "Next" not in exported(client, "/bookings/?export=csv")[0]
    assert exported(client, "/records/?export=csv")[1][:2] == ["2030-01-01", "Ada Lovelace"]
    assert "<b>flu</b>" in exported(client, "/records/?export=csv")[1]


def open_cursors() -> list[bool]:
    """Tell of each open cursor whether it is kept beyond its transaction, which a pooler's session cannot promise."""
    with connection.cursor() as cursor:
        cursor.execute("select is_holdable from pg_cursors where name like '_django%'")
        return [is_kept for (is_kept,) in cursor.fetchall()]


def test_a_file_is_read_by_a_cursor_that_ends_with_it(transactional_db: None) -> None:
    Patient.objects.bulk_create(Patient(first_name=f"P{n}") for n in range(5_000))
    parts = written(PatientTable(Patient.objects.all()))
    next(parts)
    assert open_cursors() == [False]
    parts.close()
    assert open_cursors() == []
    assert not connection.in_atomic_block


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
    assert exported(client, "/inventory/reorder/?export=csv")[1:] == [
        ["'=Tape", "T-9", "", "2", "2030-01-01", "10", "18"],
    ]
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


def test_nothing_is_owed_on_a_void_bill_in_the_file_either(client_of: ClientOf, ada: Patient) -> None:
    Bill.objects.create(patient=ada, service_fee=55, voided_at="2026-03-01T12:00Z")
    header, bill = exported(client_of("cashier"), "/bills/?status=void&export=csv")
    assert [bill[header.index(name)] for name in ("Total", "Balance", "Status")] == ["55.00", "0", "void"]


@pytest.mark.parametrize(
    ("zone", "written"),
    [("Asia/Kolkata", "2026-03-02 01:30:00+05:30"), ("America/Lima", "2026-03-01 15:00:00-05:00")],
)
def test_a_moment_in_a_file_is_by_the_clinics_clock(
    client_of: ClientOf, gauze: Item, settings: Any, zone: str, written: str
) -> None:
    settings.TIME_ZONE = zone
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update stock_movement set made_at = '2026-03-01T20:00:00Z'")
    _header, (when, *_rest) = exported(client_of("store"), "/inventory/movements/?export=csv")
    assert when == written


def test_a_list_that_can_have_no_row_is_a_file_without_rows(client_of: ClientOf) -> None:
    assert len(exported(client_of("manager"), "/bookings/?day=nonsense&export=csv")) == 1
