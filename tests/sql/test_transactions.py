"""What becomes of changes that are rolled back, prepared, or made in a transaction that lasts."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.activity import deltas_after, last_delta
from tests.sql.conftest import Bell, Pool, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds, current
from tests.sql.oracle import Session, turn_clock
from tests.sql.playing import at_each_isolation_level

CHANGES = (
    "insert into patient (first_name) values ('A'); update booking set status = 'completed' where id = 1;"
    "insert into payment (bill_id, amount) values (1, 10); delete from medical_record where id = 1;"
    "update inventory_item set quantity = 0 where id = 1"
)


@at_each_isolation_level()
def test_a_transaction_sees_its_own_numbers_and_nobody_else_does(
    level: str, clinic: Session, pool: Pool, bell: Bell, witness: Witness
) -> None:
    other = pool.take()
    before = current(other)
    clinic.execute(f"begin isolation level {level}")
    clinic.execute(CHANGES)
    assert_exact(clinic)
    assert current(other) == before
    assert not bell.rang()
    clinic.execute("commit")
    assert bell.rang()
    assert_exact_through_folds(other)
    witness.assert_unmoved()


@at_each_isolation_level()
def test_a_rolled_back_transaction_leaves_no_trace(level: str, clinic: Session, bell: Bell, witness: Witness) -> None:
    before = last_delta(clinic)
    clinic.execute(f"begin isolation level {level}")
    clinic.execute(CHANGES)
    clinic.execute("rollback")
    assert not bell.rang()
    assert deltas_after(clinic, before) == []
    assert_exact_through_folds(clinic)
    witness.assert_unmoved()


@at_each_isolation_level()
def test_only_what_a_savepoint_kept_is_counted(level: str, clinic: Session, bell: Bell) -> None:
    clinic.execute(f"begin isolation level {level}")
    clinic.execute("insert into service (name) values ('kept'); savepoint s")
    clinic.execute(CHANGES)
    assert_exact(clinic)
    clinic.execute("rollback to s")
    assert_exact(clinic)
    clinic.execute("savepoint t; insert into service (name) values ('kept'); release t; commit")
    assert bell.rang()
    assert_exact_through_folds(clinic)


def test_a_transaction_whose_only_change_is_rolled_back_to_a_savepoint_does_not_ring(
    clinic: Session, bell: Bell
) -> None:
    clinic.execute("begin; savepoint s; insert into service (name) values ('lost'); rollback to s; commit")
    assert not bell.rang()


def test_nobody_rings_while_somebody_is_awake(clinic: Session, bell: Bell) -> None:
    clinic.execute("select stats.wake_up()")
    clinic.execute(CHANGES)
    assert not bell.rang()
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("end", ["commit", "rollback"])
@at_each_isolation_level()
def test_a_prepared_transaction_counts_when_it_ends(
    level: str, end: str, clinic: Session, pool: Pool, bell: Bell, witness: Witness
) -> None:
    other = pool.take()
    clinic.execute(f"set clinic.ring = off; begin isolation level {level}")
    clinic.execute(CHANGES)
    clinic.execute("prepare transaction 'a script'")
    try:
        assert_exact_through_folds(other)
        other.execute("insert into patient (first_name) values ('Meanwhile')")
        other.execute("select stats.rebuild()")
        assert_exact_through_folds(other)
        bell.rang()
    finally:
        clinic.execute(f"{end} prepared 'a script'")
    assert not bell.rang(), "who set clinic.ring to off must not have rung"
    assert_exact_through_folds(other)
    witness.assert_unmoved()


def test_a_session_that_rings_cannot_prepare(clinic: Session, bell: Bell) -> None:
    clinic.execute("begin")
    clinic.execute(CHANGES)
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="NOTIFY"):
        clinic.execute("prepare transaction 'a script'")


def test_a_payment_cannot_come_before_its_bill(clinic: Session, witness: Witness) -> None:
    with pytest.raises(psycopg.errors.WrongObjectType, match="not deferrable"):
        clinic.execute("begin; set constraints payment_bill_exists deferred")
    clinic.execute("rollback")
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="payment_bill_exists"):
        clinic.execute("insert into payment (bill_id, amount) values (77, 4)")
    witness.assert_unmoved()


@pytest.mark.parametrize(
    "statement",
    [
        "update patient set id = id + 100 where id = 6",
        "update service set id = id + 100 where id = 2",
        "update medical_record set id = id + 100",
        "update payment set id = id + 100",
    ],
)
def test_new_ids_change_no_number(statement: str, clinic: Session, witness: Witness) -> None:
    if "service" in statement:
        clinic.execute("update booking set service_id = null")
    clinic.execute(statement)
    assert_exact_through_folds(clinic)
    witness.assert_unmoved()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("bill", "update bill set id = -id where id in (1, 4, 6)"),
        ("bill", "update bill set id = 99 where id = 1"),
        ("inventory_item", "update inventory_item set id = 99, quantity = 5 where id = 3"),
    ],
)
def test_a_row_that_a_ledger_refers_to_keeps_its_id(
    table: str, statement: str, clinic: Session, witness: Witness
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot be changed") as refusal:
        clinic.execute(statement)
    assert refusal.value.diag.constraint_name == f"{table}_id_never_changes"
    assert_exact_through_folds(clinic)


def test_the_time_zone_of_a_session_moves_no_number(clinic: Session, pool: Pool) -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        clinic.execute(f"set time zone '{zone}'; insert into patient (first_name) values ('A')")
        assert_exact(clinic)


def test_another_day_is_seen_by_the_session_that_asks_for_it(clinic: Session, pool: Pool) -> None:
    other = pool.take()
    turn_clock(clinic, "2026-01-05 12:00:00")
    assert current(clinic)["appointments_today"] == 1
    turn_clock(clinic, "2031-01-05 12:00:00")
    assert current(clinic)["appointments_today"] == 0
    assert_exact(other)
