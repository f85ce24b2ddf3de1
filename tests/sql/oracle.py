"""A recount of all that the database keeps, in Python, from the rows alone; shares no code with what it checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

Session = psycopg.Connection[Any]
Row = dict[str, Any]
Rows = dict[str, list[Row]]
Place = tuple[str, str, date | None]
"""Subject, state and day; no day stands for all days."""
Amounts = tuple[Decimal, Decimal, Decimal]
"""How many, billed, paid."""

TABLES = (
    *("patient", "practitioner", "service", "booking", "medical_record", "bill", "payment"),
    *("inventory_item", "stock_movement"),
)
ACCEPTED = {"confirmed", "in_consultation", "completed"}
ZERO = Decimal(0)
NOTHING: Amounts = (ZERO, ZERO, ZERO)


@contextmanager
def one_snapshot(session: Session) -> Iterator[None]:
    """Let all statements inside see the same rows; inside a transaction, leave it as it is."""
    is_idle = session.info.transaction_status == TransactionStatus.IDLE
    if is_idle:
        session.execute("begin isolation level repeatable read")
    try:
        yield
    finally:
        if is_idle:
            session.execute("rollback")


def fetch(session: Session, source: str) -> list[Row]:
    """Read all rows of a table."""
    with session.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(f"select * from {source}").fetchall()


def read_rows(session: Session) -> Rows:
    """Read all counted rows."""
    return {table: fetch(session, table) for table in TABLES}


def today(session: Session) -> date:
    """Return the day in the clinic's zone, at the moment the session's transaction began."""
    row = session.execute("select now()").fetchone()
    assert row is not None
    return row[0].astimezone(ZoneInfo(settings.CLINIC_TIME_ZONE)).date()  # type: ignore[no-any-return]


def turn_clock(session: Session, wall: str) -> None:
    """Have a session see the moment at which the clinic's clock shows a day and time."""
    session.execute(
        "select set_config('clock.now', (%s::timestamp at time zone clock.time_zone())::text, false)", [wall]
    )


def paid_by_bill(rows: Rows) -> dict[int, Decimal]:
    """Sum the payments of each bill."""
    paid: dict[int, Decimal] = defaultdict(Decimal)
    for payment in rows["payment"]:
        paid[payment["bill_id"]] += payment["amount"]
    return paid


def total(bill: Row) -> Decimal:
    """Add a bill's fees and take the discount off."""
    fees: Decimal = bill["service_fee"] + bill["medicine_fee"] + bill["other_fee"]
    discount: Decimal = bill["discount"]
    return fees - discount


def bill_state(bill: Row, paid: Decimal) -> str:
    """Say what is left to do about a bill, from its fees and payments."""
    if bill["voided_at"] is not None:
        return "void"
    if total(bill) == paid:
        return "paid"
    return "unpaid" if paid == 0 else "partially_paid"


def stock_state(item: Row) -> str:
    """Say whether an item must be ordered."""
    if item["quantity"] == 0:
        return "out_of_stock"
    return "low_stock" if item["quantity"] <= item["reorder_level"] else "in_stock"


class Contribution(NamedTuple):
    """What one row adds to the counters of its subject."""

    subject: str
    id: int
    state: str
    day: date | None
    amounts: Amounts


def contributions(rows: Rows) -> Iterator[Contribution]:
    """Say of each row what it adds."""
    one = (Decimal(1), ZERO, ZERO)
    for row in rows["patient"]:
        yield Contribution(
            "patient", row["id"], "archived" if row["archived_at"] else "active", row["registered_on"], one
        )
    for subject in ("practitioner", "service"):
        for row in rows[subject]:
            yield Contribution(subject, row["id"], "", None, one)
    for row in rows["booking"]:
        yield Contribution("booking", row["id"], row["status"], row["date"], one)
    for row in rows["medical_record"]:
        yield Contribution("medical_record", row["id"], "", row["visit_on"], one)
    paid = paid_by_bill(rows)
    for row in rows["bill"]:
        money = paid[row["id"]]
        yield Contribution("bill", row["id"], bill_state(row, money), row["issued_on"], (Decimal(1), total(row), money))
    for row in rows["payment"]:
        yield Contribution("payment", row["id"], row["method"], row["paid_on"], (Decimal(1), ZERO, row["amount"]))
    for row in rows["inventory_item"]:
        yield Contribution("inventory_item", row["id"], stock_state(row), None, one)


def plus(left: Amounts, right: Amounts, times: int = 1) -> Amounts:
    """Add amounts, or with -1 take them away."""
    return (left[0] + times * right[0], left[1] + times * right[1], left[2] + times * right[2])


def recount(rows: Rows) -> dict[Place, Amounts]:
    """Count and sum the rows per subject, state and day, and over all days."""
    counted: dict[Place, Amounts] = defaultdict(lambda: NOTHING)
    for row in contributions(rows):
        for when in {row.day, None}:
            place = (row.subject, row.state, when)
            counted[place] = plus(counted[place], row.amounts)
    return {place: amounts for place, amounts in counted.items() if amounts != NOTHING}


def metrics(rows: Rows, day: date) -> dict[str, Decimal]:
    """Work out the metrics from the rows."""
    return {**_visits(rows, day), **_store(rows), **_money(rows)}


def _visits(rows: Rows, day: date) -> dict[str, Decimal]:
    bookings = rows["booking"]
    accepted = [row for row in bookings if row["status"] in ACCEPTED]
    return {
        "appointments_total": Decimal(len(accepted)),
        "appointments_today": Decimal(sum(row["date"] == day for row in accepted)),
        "bookings_total": Decimal(len(bookings)),
        "bookings_pending": Decimal(sum(row["status"] == "pending" for row in bookings)),
        "bookings_confirmed": Decimal(sum(row["status"] != "completed" for row in accepted)),
        "bookings_completed": Decimal(sum(row["status"] == "completed" for row in accepted)),
        "patients_total": Decimal(sum(row["archived_at"] is None for row in rows["patient"])),
        "medical_records_total": Decimal(len(rows["medical_record"])),
    }


def _store(rows: Rows) -> dict[str, Decimal]:
    states = [stock_state(row) for row in rows["inventory_item"]]
    return {
        "inventory_items_total": Decimal(len(states)),
        "inventory_low_stock": Decimal(states.count("low_stock")),
        "inventory_out_of_stock": Decimal(states.count("out_of_stock")),
    }


def _money(rows: Rows) -> dict[str, Decimal]:
    paid = paid_by_bill(rows)
    bills = [row for row in rows["bill"] if row["voided_at"] is None]
    states = [bill_state(row, paid[row["id"]]) for row in bills]
    settled = [row for row, state in zip(bills, states, strict=True) if state == "paid"]
    billed, received = sum(map(total, bills), ZERO), sum((paid[row["id"]] for row in bills), ZERO)
    return {
        "bills_total": Decimal(len(bills)),
        "bills_paid": Decimal(states.count("paid")),
        "bills_unpaid": Decimal(states.count("unpaid")),
        "bills_partially_paid": Decimal(states.count("partially_paid")),
        "revenue_total": sum((paid[row["id"]] for row in settled), ZERO),
        "amount_billed_total": billed,
        "amount_paid_total": received,
        "balance_outstanding": billed - received,
    }
