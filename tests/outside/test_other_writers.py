"""Tools that know nothing of the clinic move its numbers all the same: pandas, and psql's copy."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import psycopg
import sqlalchemy

from clinic.embedded.postgres import bin_dir
from tests.outside.recount import current, recount
from tests.outside.synthea import DAY

Sql = psycopg.Connection[Any]


def changed(sql: Sql) -> dict[str, str]:
    """Return the numbers that are not zero, having held all of them against a recount."""
    seen = current(sql, DAY)
    assert seen == recount(sql, DAY)
    return {key: value for key, value in seen.items() if float(value)}


def psql(url: str, *commands: str) -> subprocess.CompletedProcess[str]:
    """Run commands in one psql session, stopping at the first that fails."""
    words = [word for command in commands for word in ("--command", command)]
    program = [str(bin_dir() / "psql"), url, "--no-psqlrc", "--set", "ON_ERROR_STOP=1"]
    return subprocess.run([*program, *words], capture_output=True, text=True, timeout=60, check=False)


def test_a_table_that_pandas_appends_is_counted(sql: Sql, clerk_url: str) -> None:
    engine = sqlalchemy.create_engine(clerk_url.replace("postgresql:", "postgresql+psycopg:"))
    patients = pandas.DataFrame({"id": [1, 2], "first_name": ["Ann", "Bob"]})
    bills = pandas.DataFrame({"id": [1, 2], "patient_id": [1, 2], "service_fee": [80, 45]})
    payments = pandas.DataFrame({"bill_id": [1, 1, 2], "amount": [30, 50, 5], "method": ["cash", "card", "copay"]})
    for name, frame in {"patient": patients, "bill": bills, "payment": payments}.items():
        frame.to_sql(name, engine, if_exists="append", index=False)
    engine.dispose()
    assert changed(sql) == {
        "patients_total": "2",
        "bills_total": "2",
        "bills_paid": "1",
        "bills_partially_paid": "1",
        "revenue_total": "80.00",
        "amount_billed_total": "125.00",
        "amount_paid_total": "85.00",
        "balance_outstanding": "40.00",
    }


def test_a_file_that_psql_copies_is_counted(sql: Sql, clerk_url: str, a_file: Callable[[str], Path]) -> None:
    stock = a_file("name,quantity,reorder_level\nGauze,10,5\nPlaster,3,5\nSyringe,0,5\n")
    done = psql(clerk_url, rf"\copy inventory_item (name, quantity, reorder_level) from '{stock}' csv header")
    assert done.stdout == "COPY 3\n", done.stderr
    assert changed(sql) == {
        "inventory_items_total": "3",
        "inventory_low_stock": "1",
        "inventory_out_of_stock": "1",
    }


def test_a_copied_file_with_one_wrong_row_is_refused_whole(
    sql: Sql, clerk_url: str, a_file: Callable[[str], Path]
) -> None:
    stock = a_file("name,quantity\nGauze,10\nPlaster,-3\n")
    done = psql(clerk_url, rf"\copy inventory_item (name, quantity) from '{stock}' csv header")
    assert "inventory_item_quantity_is_not_negative" in done.stderr
    assert changed(sql) == {}


def test_one_psql_session_books_bills_and_is_paid(sql: Sql, clerk_url: str) -> None:
    done = psql(
        clerk_url,
        "insert into patient (id, first_name) values (1, 'Ann')",
        f"insert into booking (id, patient_id, date, status) values (1, 1, '{DAY}', 'confirmed')",
        "insert into bill (id, patient_id, booking_id, service_fee) values (1, 1, 1, 20)",
        "insert into payment (bill_id, amount) values (1, 20)",
        f"delete from booking where date = '{DAY}'",
    )
    assert done.returncode == 0, done.stderr
    assert changed(sql) == {
        "patients_total": "1",
        "bills_total": "1",
        "bills_paid": "1",
        "revenue_total": "20.00",
        "amount_billed_total": "20.00",
        "amount_paid_total": "20.00",
    }


def test_a_script_cannot_write_the_numbers_themselves(sql: Sql, clerk_url: str) -> None:
    for command in (
        "update stats.total set n = 1",
        "select stats.rebuild()",
        "update bill set amount_paid = 1",
    ):
        assert "permission denied" in psql(clerk_url, command).stderr
    assert changed(sql) == {}
