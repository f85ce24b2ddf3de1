"""Verifying: what no trigger saw is named, metric by metric and day by day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sql import oracle
from tests.sql.exactness import assert_exact_through_folds, current
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level
from tests.sql.test_transactions import CHANGES

BEHIND_THE_TRIGGERS = {
    "appointments_total": ("booking", "update booking set status = 'confirmed' where id = 5"),
    "appointments_today": ("booking", "update booking set date = '2026-01-05' where id = 1"),
    "bookings_total": ("booking", "insert into booking (date) values ('2026-01-01')"),
    "bookings_pending": ("booking", "delete from booking where id = 2"),
    "bookings_confirmed": ("booking", "update booking set status = 'completed' where id = 1"),
    "bookings_completed": ("booking", "update booking set status = 'completed' where id = 1"),
    "patients_total": ("patient", "update patient set archived_at = now() where id = 1"),
    "medical_records_total": ("medical_record", "delete from medical_record where id = 1"),
    "inventory_items_total": ("inventory_item", "insert into inventory_item (name) values ('Unseen')"),
    "inventory_low_stock": ("inventory_item", "update inventory_item set quantity = 1 where id = 1"),
    "inventory_out_of_stock": ("inventory_item", "update inventory_item set quantity = 0 where id = 1"),
    "bills_total": ("bill", "delete from bill where id = 1"),
    "bills_paid": ("bill", "update bill set service_fee = 500 where id = 2"),
    "bills_unpaid": ("bill", "update bill set voided_at = now() where id = 1"),
    "bills_partially_paid": ("bill", "update bill set service_fee = 35 where id = 3"),
    "revenue_total": ("bill", "update bill set service_fee = 35 where id = 3"),
    "amount_billed_total": ("bill", "update bill set service_fee = 81 where id = 1"),
    "amount_paid_total": ("bill", "update bill set amount_paid = 1 where id = 1"),
    "balance_outstanding": ("bill", "update bill set service_fee = 81 where id = 1"),
}


def change_unseen(session: Session, table: str, statement: str) -> None:
    """Change rows while the table's triggers are disabled, then put them as they were."""
    found = session.execute(
        "select tgname, case tgenabled when 'A' then 'always' else 'replica' end from pg_trigger"
        " where tgrelid = %s::regclass and tgenabled in ('A', 'R')",
        [table],
    ).fetchall()
    as_before = ", ".join(f"enable {when} trigger {name}" for name, when in found)
    session.execute(
        f"begin; alter table {table} disable trigger user; {statement};"
        f"alter table {table} enable trigger user; alter table {table} {as_before}; commit"
    )


def test_each_of_the_nineteen_has_a_case(clinic: Session) -> None:
    assert current(clinic).keys() == BEHIND_THE_TRIGGERS.keys()


@pytest.mark.parametrize("metric", BEHIND_THE_TRIGGERS)
def test_a_metric_that_went_wrong_is_named_with_both_values(metric: str, clinic: Session) -> None:
    change_unseen(clinic, *BEHIND_THE_TRIGGERS[metric])
    found = {key: (kept, right) for key, kept, right in clinic.execute("select * from stats.verify()").fetchall()}
    with oracle.one_snapshot(clinic):
        rows = oracle.read_rows(clinic)
        for row in rows["bill"]:  # Behind the triggers a bill's paid amount is no longer its payments' sum.
            rows["payment"] = [p for p in rows["payment"] if p["bill_id"] != row["id"]]
            rows["payment"].append({"bill_id": row["id"], "amount": row["amount_paid"]})
        right = oracle.metrics(rows, oracle.today(clinic))
    assert found[metric] == (current(clinic)[metric], right[metric])
    wrong = {key for key, value in current(clinic).items() if value != right[key]}
    assert wrong == found.keys() & right.keys()


def test_a_metric_mended_by_rebuild_is_named_no_more(clinic: Session) -> None:
    change_unseen(clinic, "booking", "delete from booking where id = 2")
    clinic.execute("select stats.rebuild()")
    assert_exact_through_folds(clinic)


def test_a_day_that_went_wrong_is_named_though_no_metric_did(clinic: Session) -> None:
    change_unseen(clinic, "booking", "update booking set date = '2026-04-04' where id = 4")
    found = clinic.execute("select * from stats.verify()").fetchall()
    assert found == [
        ("booking completed 2026-01-05 n", Decimal(1), Decimal(0)),
        ("booking completed 2026-04-04 n", Decimal(0), Decimal(1)),
    ]


def test_a_counter_of_no_row_at_all_is_named(clinic: Session) -> None:
    clinic.execute("insert into stats.counter values ('patient', '1999-09-09', 'active', 1, 0, 0)")
    assert clinic.execute("select * from stats.verify()").fetchall() == [
        ("patient active 1999-09-09 n", Decimal(1), Decimal(0))
    ]


@at_each_isolation_level()
def test_a_transaction_with_changes_of_its_own_verifies(level: str, clinic: Session) -> None:
    clinic.execute(f"begin isolation level {level}")
    clinic.execute(CHANGES)
    assert clinic.execute("select * from stats.verify()").fetchall() == []
    clinic.execute("rollback")
