"""What the tables fill in by themselves: defaults, identities, generated columns."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from tests.sql import oracle
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session

REQUIRED = {
    "patient": "(first_name) values ('A')",
    "practitioner": "(full_name) values ('Dr. A')",
    "service": "(name) values ('A')",
    "booking": "(date) values ('2026-05-05')",
    "medical_record": "(patient_id) values (1)",
    "bill": "(patient_id) values (1)",
    "payment": "(bill_id, amount) values (1, 1)",
    "inventory_item": "(name) values ('A')",
}
MAY_BE_NULL: dict[str, set[str]] = {
    "patient": {"birth_date", "archived_at", "external_ref"},
    "practitioner": {"external_ref"},
    "service": set(),
    "booking": {"patient_id", "practitioner_id", "service_id", "start_time", "external_ref"},
    "medical_record": {
        *("booking_id", "practitioner_id", "follow_up_on", "external_ref", "temperature_celsius", "pulse_bpm"),
        *("respiratory_rate", "systolic_mmhg", "diastolic_mmhg", "oxygen_saturation", "weight_kg", "height_cm"),
    },
    "bill": {"booking_id", "voided_at", "external_ref"},
    "payment": {"external_ref"},
    "inventory_item": {"sku", "expires_on", "external_ref"},
}
DEFAULTS: dict[str, dict[str, object]] = {
    "patient": {"last_name": "", "sex": "unknown", "blood_type": ""},
    "practitioner": {"specialty": "", "is_active": True},
    "service": {"price": Decimal(0), "duration_minutes": 30, "is_active": True},
    "booking": {"status": "pending", "duration_minutes": 30, "patient_name": "", "reason": ""},
    "medical_record": {"chief_complaint": "", "diagnosis": "", "treatment_plan": ""},
    "bill": {"total_amount": Decimal(0), "amount_paid": Decimal(0), "balance": Decimal(0), "status": "paid"},
    "payment": {"method": "cash", "reference": ""},
    "inventory_item": {"quantity": 0, "reorder_level": 0, "unit_price": Decimal(0), "stock_status": "out_of_stock"},
}
DAYS = {"patient": "registered_on", "medical_record": "visit_on", "bill": "issued_on", "payment": "paid_on"}


@pytest.mark.parametrize("table", REQUIRED)
def test_a_row_of_required_columns_alone_is_valid_and_complete(table: str, clinic: Session) -> None:
    clinic.execute(f"insert into {table} {REQUIRED[table]}")
    row = oracle.fetch(clinic, f"{table} order by id desc limit 1")[0]
    assert {column for column, value in row.items() if value is None} <= MAY_BE_NULL[table]
    assert DEFAULTS[table].items() <= row.items()
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("table", REQUIRED)
def test_what_may_be_null_is_null_by_default(table: str, clinic: Session) -> None:
    found = clinic.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attnotnull", [table]
    )
    assert MAY_BE_NULL[table] <= {name for (name,) in found.fetchall()}


@pytest.mark.parametrize("table", DAYS)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_day_left_out_is_the_clinics_and_not_the_sessions(table: str, zone: str, clinic: Session) -> None:
    clinic.execute(f"set clock.now = '2026-07-08 23:59:00+00'; set time zone '{zone}'")
    clinic.execute(f"insert into {table} {REQUIRED[table]}")
    assert clinic.execute(
        f"select {DAYS[table]} = clock.today() and clock.today() ="
        f" (clock.now() at time zone clock.time_zone())::date from {table} order by id desc limit 1"
    ).fetchone() == (True,)


@pytest.mark.parametrize("table", REQUIRED)
def test_ids_may_be_given_or_left_out(table: str, clinic: Session) -> None:
    columns, values = REQUIRED[table].split(" values ")
    clinic.execute(f"insert into {table} (id, {columns[1:]} values (9000, {values[1:]}")
    clinic.execute(f"insert into {table} {REQUIRED[table]}")


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("update bill set status = 'paid'", "status"),
        ("update bill set balance = 0", "balance"),
        ("insert into bill (patient_id, total_amount) values (1, 5)", "total_amount"),
        ("update inventory_item set stock_status = 'in_stock'", "stock_status"),
    ],
)
def test_what_the_database_generates_cannot_be_written(statement: str, column: str, clinic: Session) -> None:
    with pytest.raises((psycopg.errors.GeneratedAlways, psycopg.errors.SyntaxError), match=column):
        clinic.execute(statement)


@pytest.mark.parametrize(
    ("fees", "discount", "payments", "voided", "expected"),
    [
        ("10, 20, 30", 5, [], False, (Decimal(55), Decimal(0), Decimal(55), "unpaid")),
        ("10, 0, 0", 0, ["0.01"], False, (Decimal(10), Decimal("0.01"), Decimal("9.99"), "partially_paid")),
        ("10, 0, 0", 0, ["9.99", "0.01"], False, (Decimal(10), Decimal(10), Decimal(0), "paid")),
        ("10, 0, 0", 10, [], False, (Decimal(0), Decimal(0), Decimal(0), "paid")),
        ("10, 0, 0", 0, ["10", "-10"], False, (Decimal(10), Decimal(0), Decimal(10), "unpaid")),
        ("10, 0, 0", 0, [], True, (Decimal(10), Decimal(0), Decimal(10), "void")),
        ("0, 0, 0", 0, [], True, (Decimal(0), Decimal(0), Decimal(0), "void")),
    ],
)
def test_a_bills_total_balance_and_status(
    fees: str, discount: int, payments: list[str], voided: bool, expected: tuple[object, ...], clinic: Session
) -> None:
    moment = "now()" if voided else "null"
    clinic.execute(
        "insert into bill (id, patient_id, service_fee, medicine_fee, other_fee, discount, voided_at)"
        f" values (50, 1, {fees}, {discount}, {moment})"
    )
    for amount in payments:
        clinic.execute("insert into payment (bill_id, amount) values (50, %s)", [amount])
    found = clinic.execute("select total_amount, amount_paid, balance, status from bill where id = 50")
    assert found.fetchone() == expected


@pytest.mark.parametrize(
    ("quantity", "level", "status"),
    [
        (0, 0, "out_of_stock"),
        (0, 5, "out_of_stock"),
        (1, 1, "low_stock"),
        (5, 5, "low_stock"),
        (6, 5, "in_stock"),
        (1, 0, "in_stock"),
    ],
)
def test_an_items_stock_status(quantity: int, level: int, status: str, clinic: Session) -> None:
    clinic.execute(
        "insert into inventory_item (id, name, quantity, reorder_level) values (50, 'A', %s, %s)", [quantity, level]
    )
    assert clinic.execute("select stock_status from inventory_item where id = 50").fetchone() == (status,)
