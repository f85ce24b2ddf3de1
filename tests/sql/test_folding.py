"""Folding: counters and inbox together are exact for every reader, no matter who folds, whenever."""

from __future__ import annotations

import pytest

from tests.sql.conftest import Pool, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds, current
from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS, at_each_isolation_level
from tests.sql.test_transactions import CHANGES


def fold(session: Session) -> int | None:
    """Fold and give what the function gives."""
    row = session.execute("select stats.fold()").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def pending(session: Session) -> int:
    """Count the deltas that counters do not include."""
    row = session.execute("select count(*) from stats.deltas_since((select snapshot from stats.folded))").fetchone()
    assert row is not None
    return int(row[0])


def test_a_fold_takes_all_that_is_committed(clinic: Session) -> None:
    clinic.execute(CHANGES)
    waiting = pending(clinic)
    assert waiting > 0
    assert fold(clinic) == waiting
    assert pending(clinic) == 0
    assert fold(clinic) == 0


def test_counters_alone_hold_all_after_a_fold(clinic: Session) -> None:
    clinic.execute(CHANGES)
    fold(clinic)
    clinic.execute("delete from stats.delta")
    assert_exact(clinic)


def test_what_is_folded_is_pruned_one_fold_later(clinic: Session) -> None:
    clinic.execute(CHANGES)
    fold(clinic)
    assert clinic.execute("select count(*) > 0 from stats.delta").fetchone() == (True,)
    fold(clinic)
    fold(clinic)
    assert clinic.execute("select count(*) from stats.delta").fetchone() == (0,)


@at_each_isolation_level()
def test_a_fold_leaves_running_transactions_pending(level: str, clinic: Session, pool: Pool) -> None:
    writer = pool.take()
    writer.execute(f"begin isolation level {level}")
    writer.execute(CHANGES)
    clinic.execute("insert into service (name) values ('Meanwhile')")
    fold(clinic)
    assert_exact(clinic)
    assert_exact(writer)
    writer.execute("insert into service (name) values ('After the fold')")
    fold(clinic)
    fold(clinic)
    writer.execute("commit")
    assert_exact_through_folds(clinic)


@at_each_isolation_level()
def test_a_fold_inside_a_transaction_that_goes_on_writing(level: str, clinic: Session, pool: Pool) -> None:
    other = pool.take()
    clinic.execute(f"begin isolation level {level}")
    clinic.execute(CHANGES)
    fold(clinic)
    assert_exact(clinic)
    clinic.execute("insert into service (name) values ('After the fold')")
    fold(clinic)
    assert_exact(clinic)
    other.execute("insert into service (name) values ('Of another')")
    clinic.execute("commit")
    assert_exact_through_folds(other)


def test_a_fold_before_the_first_write_of_its_transaction(clinic: Session, pool: Pool) -> None:
    clinic.execute("insert into service (name) values ('Pending')")
    clinic.execute("begin; select stats.fold()")
    clinic.execute(CHANGES)
    assert_exact(clinic)
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_fold_that_is_rolled_back_never_was(clinic: Session) -> None:
    clinic.execute(CHANGES)
    waiting = pending(clinic)
    clinic.execute("begin; select stats.fold(); select stats.fold(); rollback")
    assert pending(clinic) == waiting
    assert_exact_through_folds(clinic)


def test_a_fold_inside_a_savepoint_that_is_rolled_back_never_was(clinic: Session) -> None:
    clinic.execute("begin")
    clinic.execute(CHANGES)
    clinic.execute("savepoint s; select stats.fold(); rollback to s")
    assert_exact(clinic)
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("level", ISOLATION_LEVELS[1:])
def test_old_readers_keep_their_numbers_through_folds_and_rebuilds(level: str, clinic: Session, pool: Pool) -> None:
    readers: list[tuple[Session, dict[str, object]]] = []
    for round_ in range(4):
        reader = pool.take()
        reader.execute(f"begin isolation level {level}")
        readers.append((reader, dict(current(reader))))
        clinic.execute(CHANGES.replace("id = 1", f"id = {round_ + 1}").replace("(1, 10)", "(1, 1)"))
        for _ in range(3):
            fold(clinic)
        if round_ == 2:
            clinic.execute("select stats.rebuild()")
        for session, numbers in readers:
            assert current(session) == numbers
            assert_exact(session)


def test_a_fold_from_an_older_snapshot_takes_only_what_it_sees(clinic: Session, pool: Pool) -> None:
    older = pool.take()
    clinic.execute("insert into service (name) values ('Seen')")
    older.execute("begin isolation level repeatable read; select 1")
    clinic.execute(CHANGES)
    fold(older)
    assert_exact(older)
    older.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_folded_truncation_voids_the_counters(clinic: Session, witness: Witness) -> None:
    clinic.execute(
        "truncate medical_record; insert into medical_record (patient_id, visit_on) values (1, '2026-01-05')"
    )
    fold(clinic)
    assert clinic.execute("select sum(n) from stats.total where subject = 'medical_record'").fetchone() == (1,)
    assert clinic.execute(
        "select day::text, n from stats.counter where subject = 'medical_record' and n <> 0"
    ).fetchall() == [("2026-01-05", 1)]
    witness.assert_unmoved()


def test_an_untouched_days_counter_is_not_written(clinic: Session) -> None:
    place = "where subject = 'booking' and day = '2026-01-05'"
    before = clinic.execute(f"select xmin from stats.counter {place}").fetchall()
    clinic.execute("insert into booking (date) values ('2026-07-07')")
    fold(clinic)
    assert clinic.execute(f"select xmin from stats.counter {place}").fetchall() == before
