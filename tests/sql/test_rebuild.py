"""Rebuilding: a recount in the counters' place, exact while writers go on."""

from __future__ import annotations

import threading

import psycopg
import pytest

from tests.sql.conftest import Pool, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds, current
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level
from tests.sql.test_transactions import CHANGES
from tests.sql.test_verify import change_unseen
from tests.waiting import until

SPOIL = (
    "update stats.total set n = n + 5, paid = paid - 1; update stats.counter set n = 0;"
    "insert into stats.total values ('patient', 'made up', 3, 0, 0);"
    "insert into stats.counter values ('booking', '1999-01-01', 'pending', 3, 0, 0)"
)


def test_a_rebuild_mends_spoiled_counters(clinic: Session) -> None:
    clinic.execute(SPOIL)
    clinic.execute("select stats.rebuild()")
    assert_exact_through_folds(clinic)


def test_a_rebuild_mends_rows_changed_behind_the_triggers(clinic: Session) -> None:
    change_unseen(clinic, "patient", "delete from patient where id = 6")
    assert clinic.execute("select count(*) from stats.verify()").fetchone() != (0,)
    clinic.execute("select stats.rebuild()")
    assert_exact_through_folds(clinic)


@at_each_isolation_level()
def test_a_rebuild_leaves_running_transactions_pending(level: str, clinic: Session, pool: Pool) -> None:
    writer = pool.take()
    writer.execute(f"begin isolation level {level}")
    writer.execute(CHANGES)
    clinic.execute("select stats.rebuild()")
    assert_exact(clinic)
    assert_exact(writer)
    writer.execute("insert into service (name) values ('Later'); commit")
    assert_exact_through_folds(clinic)


@at_each_isolation_level()
def test_a_rebuilding_transaction_may_go_on_writing(level: str, clinic: Session) -> None:
    clinic.execute(f"begin isolation level {level}; select stats.rebuild()")
    clinic.execute(CHANGES)
    assert_exact(clinic)
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_rebuilding_transaction_older_than_others_loses_nothing_it_writes_later(clinic: Session, pool: Pool) -> None:
    other = pool.take()
    clinic.execute("begin; select pg_current_xact_id()")
    other.execute("insert into service (name) values ('Later, so that the own id lies below')")
    clinic.execute("select stats.rebuild()")
    clinic.execute(CHANGES)
    assert_exact(clinic)
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


@at_each_isolation_level()
def test_a_transaction_that_changed_rows_cannot_rebuild(level: str, clinic: Session) -> None:
    clinic.execute(f"begin isolation level {level}; insert into service (name) values ('Own')")
    with pytest.raises(psycopg.errors.ActiveSqlTransaction, match="cannot rebuild") as refusal:
        clinic.execute("select stats.rebuild()")
    assert refusal.value.diag.message_hint
    clinic.execute("rollback")
    assert_exact_through_folds(clinic)


def test_a_rebuild_that_is_rolled_back_never_was(clinic: Session) -> None:
    clinic.execute(SPOIL)
    before = current(clinic)
    clinic.execute("begin; select stats.rebuild(); rollback")
    assert current(clinic) == before


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_rebuild_from_an_older_snapshot_leaves_later_changes_pending(level: str, clinic: Session, pool: Pool) -> None:
    older = pool.take()
    older.execute(f"begin isolation level {level}; select 1")
    clinic.execute(CHANGES)
    older.execute("select stats.rebuild(); commit")
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_truncation_between_a_rebuilds_snapshot_and_its_count(level: str, clinic: Session, pool: Pool) -> None:
    rebuilder = pool.take()
    rebuilder.execute(f"begin isolation level {level}; select 1")
    clinic.execute("truncate medical_record; insert into medical_record (patient_id) values (1); truncate payment")
    rebuilder.execute("select stats.rebuild()")
    rebuilder.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_truncation_that_a_rebuild_waits_for(clinic: Session, pool: Pool) -> None:
    rebuilder = pool.take()
    clinic.execute("begin; truncate payment; truncate medical_record")
    thread = threading.Thread(target=rebuilder.execute, args=["select stats.rebuild()"])
    thread.start()
    waits = "select pg_backend_pid() = any (pg_blocking_pids(%s))"
    until(lambda: clinic.execute(waits, [rebuilder.info.backend_pid]).fetchone() == (True,), what="the rebuild's wait")
    clinic.execute("insert into medical_record (patient_id) values (1); commit")
    thread.join()
    assert_exact_through_folds(clinic)


def test_what_a_restored_dump_brought_from_another_server_is_named_and_mended(clinic: Session, pool: Pool) -> None:
    clinic.execute(
        "update stats.folded set snapshot = '900000000000:900000000000:', pruned_below = '900000000000';"
        "insert into stats.delta (xid, subject, state, n, op) values ('900000000001', 'patient', 'active', 7, 'insert')"
    )
    clinic.execute("insert into patient (first_name) values ('Not lost')")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="another server") as refusal:
        current(clinic)
    assert "stats.rebuild()" in (refusal.value.diag.message_hint or "")
    clinic.execute("select stats.rebuild()")
    clinic.execute(CHANGES)
    assert_exact_through_folds(clinic)


def test_another_servers_counters_are_refused_though_its_transaction_ids_could_be_of_this_one(clinic: Session) -> None:
    clinic.execute("update stats.folded set server = server + 1; update stats.total set n = n + 1")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="another server"):
        current(clinic)
    clinic.execute("select stats.rebuild()")
    assert_exact_through_folds(clinic)


def test_a_writer_goes_on_before_a_restored_dump_is_mended(clinic: Session) -> None:
    clinic.execute("update stats.folded set snapshot = '900000000000:900000000000:'")
    clinic.execute("select stats.fold()")
    clinic.execute(CHANGES)
    clinic.execute("select stats.rebuild()")
    assert_exact_through_folds(clinic)


def test_an_old_reader_keeps_its_numbers_through_a_rebuild(clinic: Session, witness: Witness) -> None:
    clinic.execute(CHANGES)
    clinic.execute("select stats.rebuild()")
    witness.assert_unmoved()
