"""The example import script fills the clinic, and the statistics follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.outside import synthea
from tests.outside.conftest import run_script
from tests.outside.recount import current, recount

Sql = psycopg.Connection[Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the seven files."""
    return synthea.write(tmp_path, synthea.files())


@pytest.fixture
def imported(sql: Sql, folder: Path, clerk_url: str) -> Sql:
    """The database after one import by a member of clinic_import."""
    done = run_script(folder, clerk_url)
    assert done.returncode == 0, done.stderr
    return sql


def numbers(sql: Sql) -> dict[str, str]:
    """Read the statistics, and hold them against a recount and the counters' own check."""
    seen = current(sql, synthea.DAY)
    assert seen == recount(sql, synthea.DAY)
    assert sql.execute("select * from stats.verify()").fetchall() == []
    return seen


def test_a_member_of_clinic_import_fills_the_clinic_and_the_numbers_follow(imported: Sql) -> None:
    assert numbers(imported) == synthea.NUMBERS


def versions(sql: Sql) -> list[tuple[Any, ...]]:
    """Tell each row's version: it changes when the row is written, even with what it held."""
    tables = ("patient", "booking", "medical_record", "inventory_item", "bill", "payment")
    query = " union all ".join(f"select '{table}', id, xmin::text from {table}" for table in tables)
    return sql.execute(f"{query} order by 1, 2").fetchall()


def test_importing_twice_writes_nothing(imported: Sql, folder: Path, clerk_url: str) -> None:
    before = versions(imported)
    done = run_script(folder, clerk_url)
    assert done.returncode == 0, done.stderr
    assert versions(imported) == before
    assert numbers(imported) == synthea.NUMBERS


def test_a_folder_that_grew_brings_what_is_new(imported: Sql, tmp_path: Path, clerk_url: str) -> None:
    content = synthea.files()
    content["claims_transactions.csv"].append(
        content["claims_transactions.csv"][9] | {"ID": "t99", "PAYMENTS": "700.00", "METHOD": "CC"}
    )
    content["patients.csv"][0]["LAST"] = "Married"
    assert run_script(synthea.write(tmp_path, content), clerk_url).returncode == 0
    seen = numbers(imported)
    assert (seen["bills_paid"], seen["bills_partially_paid"], seen["patients_total"]) == ("3", "0", "3")
    assert imported.execute("select last_name from patient where first_name = 'Ann'").fetchone() == ("Married",)


def test_stock_counted_in_the_clinic_since_is_left_alone(imported: Sql, folder: Path, clerk_url: str) -> None:
    imported.execute("update inventory_item set quantity = 7 where name = 'Blood lancet'")
    assert run_script(folder, clerk_url).returncode == 0
    query = "select quantity from inventory_item where name = 'Blood lancet'"
    assert imported.execute(query).fetchone() == (7,)


def test_the_stock_ledger_names_script_and_reason(imported: Sql) -> None:
    made = imported.execute("select distinct source, reason from stock_movement").fetchall()
    assert made == [("import_synthea.py (test_import_clerk)", "Synthea import")]


def test_a_booking_has_a_bill_only_where_it_has_one_claim(imported: Sql) -> None:
    linked = imported.execute(
        "select b.external_ref, k.external_ref from bill b left join booking k on k.id = b.booking_id order by 1"
    ).fetchall()
    assert linked == [
        ("synthea:c1", None),
        ("synthea:c2", None),
        ("synthea:c3", "synthea:e2"),
        ("synthea:c4", None),
    ]


def test_fees_are_charges_and_an_adjustment_is_a_discount(imported: Sql) -> None:
    fees = imported.execute(
        "select round(service_fee, 2)::text, round(medicine_fee, 2)::text, round(discount, 2)::text, amount_paid::text"
        " from bill order by external_ref"
    ).fetchall()
    assert fees == [
        ("85.55", "0.00", "0.00", "85.55"),
        ("0.00", "290.82", "0.00", "290.82"),
        ("1200.30", "0.00", "100.30", "400.00"),
        ("12.00", "0.00", "0.00", "0.00"),
    ]


def test_payments_keep_their_method_and_transfers_are_none(imported: Sql) -> None:
    paid = imported.execute("select external_ref, method, amount::text from payment order by payment.amount").fetchall()
    assert paid == [
        ("synthea:t5", "cheque", "35.55"),
        ("synthea:t2", "copay", "50.00"),
        ("synthea:t7", "card", "290.82"),
        ("synthea:t10", "cash", "400.00"),
    ]


def test_visits_become_bookings_of_a_minute_to_a_day(imported: Sql) -> None:
    query = (
        "select b.patient_name, p.full_name, b.date::text, b.start_time::text, b.duration_minutes, b.status"
        " from booking b left join practitioner p on p.id = b.practitioner_id order by b.external_ref"
    )
    assert imported.execute(query).fetchall() == [
        ("Ann Example", "Dana Doctor", "2014-05-06", "08:34:30", 15, "completed"),
        ("Bob O'Brien, Jr.", "Nora Nurse", "2024-05-06", "18:00:00", 1440, "completed"),
        ("Çelik", None, "2024-05-07", "08:00:00", 30, "completed"),
    ]


def test_each_visit_leaves_a_record_with_its_diagnosis(imported: Sql) -> None:
    query = "select chief_complaint, diagnosis from medical_record where booking_id > 0 order by external_ref"
    assert imported.execute(query).fetchall() == [
        ("Encounter for symptom", "Otitis media"),
        ("Admission to hospital", ""),
        ("Well child visit", ""),
    ]
