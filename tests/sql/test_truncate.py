"""TRUNCATE, the one change that is not MVCC: it empties a table of rows that its own snapshot does not show, too."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.activity import last_delta
from tests.sql.conftest import Bell, Pool, Witness
from tests.sql.exactness import assert_exact_through_folds, current
from tests.sql.oracle import Session
from tests.sql.playing import Case, at_each_isolation_level, each, play

TRUNCATIONS = (
    Case("medical records alone", "truncate medical_record", 1),
    Case("patients and all that refers to them", "truncate patient cascade", 5),
    Case("bookings and all that refers to them", "truncate booking cascade", 4),
    Case("bills and payments", "truncate bill, payment", 2),
    Case("items and movements", "truncate inventory_item cascade", 2),
    Case("everything", "truncate patient, practitioner, service, inventory_item cascade", 11),
    Case(
        "a table that is filled again",
        "truncate medical_record; insert into medical_record (patient_id) values (1), (2)",
        2,
    ),
    Case(
        "a table that was changed before",
        "insert into medical_record (patient_id) values (1); truncate medical_record",
        2,
    ),
    Case(
        "twice",
        "truncate medical_record; insert into medical_record (patient_id) values (1); truncate medical_record",
        3,
    ),
)
LATER_ROWS = (
    "insert into patient (first_name, external_ref) values ('Later', 'later');"
    "insert into medical_record (patient_id) values (1); insert into booking (date) values (clock.today());"
    "insert into bill (patient_id, service_fee) values (1, 9); insert into payment (bill_id, amount) values (7, 4);"
    "insert into inventory_item (name, quantity) values ('Later', 7);"
    "update inventory_item set quantity = 55 where id = 1"
)


@at_each_isolation_level()
@each(*TRUNCATIONS)
def test_truncating(case: Case, level: str, clinic: Session, bell: Bell, witness: Witness) -> None:
    clinic.execute(f"set default_transaction_isolation to '{level}'")
    play(case, clinic, bell, witness)


@at_each_isolation_level()
@each(*TRUNCATIONS[:6])
def test_truncating_rows_committed_after_the_snapshot(case: Case, level: str, clinic: Session, pool: Pool) -> None:
    other = pool.take()
    clinic.execute(f"begin isolation level {level}; select 1")
    other.execute(LATER_ROWS)
    clinic.execute(case.sql)
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


@at_each_isolation_level()
def test_rows_that_came_after_a_fold_go_too(level: str, clinic: Session, pool: Pool) -> None:
    other = pool.take()
    clinic.execute(f"begin isolation level {level}; select 1")
    other.execute(LATER_ROWS)
    other.execute("select stats.fold()")
    clinic.execute("truncate patient restart identity cascade; insert into patient (first_name) values ('First')")
    assert current(clinic)["patients_total"] == 1
    clinic.execute("commit")
    other.execute(LATER_ROWS.replace("(7, 4)", "(1, 4)"))
    assert_exact_through_folds(other)


def test_a_truncation_that_is_rolled_back_is_forgotten(clinic: Session, bell: Bell, witness: Witness) -> None:
    clinic.execute("begin; truncate patient cascade; rollback")
    assert not bell.rang()
    witness.assert_unmoved()
    assert_exact_through_folds(clinic)


def test_a_truncation_rolled_back_to_a_savepoint_is_forgotten(clinic: Session) -> None:
    clinic.execute("begin; savepoint s; truncate patient cascade; rollback to s")
    clinic.execute("insert into patient (first_name) values ('A'); commit")
    assert_exact_through_folds(clinic)


def test_an_older_transaction_may_write_after_a_truncation(clinic: Session, pool: Pool) -> None:
    older = pool.take()
    older.execute("begin isolation level repeatable read; select 1")
    clinic.execute("truncate medical_record")
    older.execute("insert into medical_record (patient_id) values (1), (2); commit")
    assert_exact_through_folds(clinic)
    assert current(clinic)["medical_records_total"] == 2


def test_truncated_payments_are_taken_off_their_bills(clinic: Session, bell: Bell, witness: Witness) -> None:
    play(Case("", "truncate payment", 4), clinic, bell, witness)
    assert clinic.execute("select count(*) from bill where amount_paid <> 0").fetchone() == (0,)


def test_truncated_movements_are_opened_again(clinic: Session) -> None:
    clinic.execute("update inventory_item set quantity = quantity + 1")
    before = last_delta(clinic)
    clinic.execute("truncate stock_movement")
    assert last_delta(clinic) == before
    assert_exact_through_folds(clinic)
    assert clinic.execute("select item_id, change, reason from stock_movement order by 1").fetchall() == [
        (1, 101, "opening"),
        (2, 6, "opening"),
        (3, 1, "opening"),
        (4, 4, "opening"),
    ]


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
@pytest.mark.parametrize("has_rows_before", [True, False], ids=["rows in the snapshot", "only later rows"])
@pytest.mark.parametrize("table", ["payment", "stock_movement"])
def test_what_an_old_snapshot_cannot_put_right_is_refused(
    table: str, has_rows_before: bool, level: str, clinic: Session, pool: Pool
) -> None:
    other = pool.take()
    if not has_rows_before:
        clinic.execute("truncate patient, inventory_item cascade; insert into patient (id, first_name) values (1, 'A')")
    clinic.execute(f"begin isolation level {level}; select 1")
    other.execute(
        "insert into bill (id, patient_id, service_fee) values (70, 1, 9);"
        "insert into payment (bill_id, amount) values (70, 4);"
        "insert into inventory_item (name, quantity) values ('Later', 7)"
    )
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="only at READ COMMITTED"):
        clinic.execute(f"truncate {table}")
    clinic.execute("rollback")
    assert_exact_through_folds(clinic)
