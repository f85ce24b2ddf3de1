"""An amount of money has two decimals: a third is refused in every column, by every way to write, and never rounded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest

from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session

AMOUNTS = {
    ("service", "price"): {"name": "'A'"},
    ("bill", "service_fee"): {"patient_id": "1"},
    ("bill", "medicine_fee"): {"patient_id": "1"},
    ("bill", "other_fee"): {"patient_id": "1"},
    ("bill", "discount"): {"patient_id": "1", "service_fee": "100"},
    ("bill", "amount_paid"): {"patient_id": "1", "service_fee": "100"},
    ("payment", "amount"): {"bill_id": "1"},
    ("inventory_item", "unit_price"): {"name": "'A'"},
    ("prescription", "unit_price"): {"record_id": "1", "item_id": "1", "quantity": "1"},
    ("day_close_line", "expected"): {"day_close_id": "1", "counted": "0"},
    ("day_close_line", "counted"): {"day_close_id": "1"},
}
"""What else a row must say."""
GENERATED = {("bill", "total_amount"), ("bill", "balance"), ("day_close_line", "difference")}
"""Sums of amounts, which nobody writes."""
NO_AMOUNTS = {("medical_record", name) for name in ("temperature_celsius", "weight_kg", "height_cm")}
EVERY_AMOUNT = pytest.mark.parametrize(("table", "column"), AMOUNTS, ids=[".".join(name) for name in AMOUNTS])


@pytest.fixture
def hands(clinic: Session) -> Iterator[Session]:
    """A session in which only the columns' own rules hold, so that a row needs no others around it."""
    clinic.execute("set session_replication_role to replica")
    yield clinic
    for table in ("prescription", "day_close_line"):  # the others are emptied before each test
        clinic.execute(f"delete from {table} where id = 900")


def insert(session: Session, table: str, column: str, value: str) -> None:
    """Write one row with the value as SQL."""
    row = {"id": "900", **AMOUNTS[table, column], column: value}
    session.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join(row.values())})")


def copy(session: Session, table: str, column: str, value: str) -> None:
    """Copy one row with the value as text."""
    row = {"id": "900", **AMOUNTS[table, column], column: value}
    with session.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(row)}) from stdin") as rows:
        rows.write_row(list(row.values()))


def read(session: Session, table: str, column: str) -> object:
    """Read the value back."""
    return session.execute(f"select {column} from {table} where id = 900").fetchone()[0]  # type: ignore[index]


def test_every_column_with_decimals_is_known_to_hold_money_or_not(clinic: Session) -> None:
    found = clinic.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and data_type in ('numeric', 'money', 'real', 'double precision')"
    )
    assert set(found.fetchall()) == AMOUNTS.keys() | GENERATED | NO_AMOUNTS


@EVERY_AMOUNT
@pytest.mark.parametrize("value", ["19.999", "0.001", "19.990000001"])
def test_what_is_not_in_cents_is_refused_by_name_however_it_is_written(
    table: str, column: str, value: str, hands: Session
) -> None:
    rule = f"{table}_{column}_fits_ten_digits_and_two_decimals"
    with pytest.raises(psycopg.errors.CheckViolation, match=rule):
        insert(hands, table, column, f"'{value}'")
    with pytest.raises(psycopg.errors.CheckViolation, match=rule):
        copy(hands, table, column, value)
    insert(hands, table, column, "19.99")
    with pytest.raises(psycopg.errors.CheckViolation, match=rule):
        hands.execute(f"update {table} set {column} = '{value}' where id = 900")
    assert read(hands, table, column) == Decimal("19.99")


@EVERY_AMOUNT
@pytest.mark.parametrize("value", ["19.99", "19.99::float8", "19.990", "20", "0.1 + 0.2"])
def test_what_is_in_cents_is_kept_as_it_was_written(table: str, column: str, value: str, hands: Session) -> None:
    insert(hands, table, column, value)
    kept = {"20": Decimal(20), "0.1 + 0.2": Decimal("0.3")}.get(value, Decimal("19.99"))
    assert read(hands, table, column) == kept


@EVERY_AMOUNT
@pytest.mark.parametrize("value", ["1e10", "Infinity", "-Infinity", "NaN"])
def test_more_than_ten_digits_or_no_number_is_refused(table: str, column: str, value: str, hands: Session) -> None:
    """By another name on a bill: its total has no room for it, and a discount of NaN exceeds all fees."""
    rule = r"fits_ten_digits_and_two_decimals|bill_discount_does_not_exceed_fees|numeric field overflow"
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange), match=rule):
        insert(hands, table, column, f"'{value}'")


def test_the_largest_amount_has_ten_digits_and_two_decimals(hands: Session) -> None:
    insert(hands, "service", "price", "9999999999.99")
    assert read(hands, "service", "price") == Decimal("9999999999.99")


def test_of_many_payments_one_with_a_third_decimal_refuses_all(clinic: Session) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="payment_amount_fits_ten_digits_and_two_decimals"):
        clinic.execute("insert into payment (bill_id, amount) values (1, 10), (1, 19.999)")
    assert clinic.execute("select amount_paid::text from bill where id = 1").fetchone() == ("0.00",)
    assert_exact_through_folds(clinic)


def test_what_the_database_adds_up_is_written_in_cents(clinic: Session) -> None:
    """So that a script that reads it as text, or a message, shows 30.00 also where 30 was written."""
    clinic.execute("insert into payment (bill_id, amount) values (1, 30)")
    found = clinic.execute("select amount_paid::text, total_amount::text, balance::text from bill where id = 1")
    assert found.fetchone() == ("30.00", "100.00", "70.00")
    clinic.execute("truncate payment")
    assert clinic.execute("select amount_paid::text from bill where id = 1").fetchone() == ("0.00",)
    current = clinic.execute("select value::text from stats.current where key = 'amount_billed_total'").fetchone()
    assert current == ("280.00",)
