"""The inbox: bounded by its writers when nobody else folds, and pruned of nothing that a reader needs."""

from __future__ import annotations

import pytest

from tests.sql.conftest import Pool, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.test_folding import fold, pending
from tests.sql.test_transactions import CHANGES

FOLD_EACH = 4096


def set_next_delta(session: Session, delta_id: int) -> None:
    """Let the next delta have an id, later than all before."""
    session.execute("select setval('stats.delta_id_seq', %s, false)", [delta_id])


def next_folding_id(session: Session) -> int:
    """Return the next id whose transaction folds at its commit."""
    row = session.execute(
        "select (last_value / %s + 1) * %s from stats.delta_id_seq", [FOLD_EACH, FOLD_EACH]
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_each_4096th_delta_folds_at_its_commit(clinic: Session) -> None:
    clinic.execute(CHANGES)
    waiting = pending(clinic)
    set_next_delta(clinic, next_folding_id(clinic))
    clinic.execute("insert into service (name) values ('The 4096th')")
    assert 0 < pending(clinic) < waiting
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_stricter_transaction_leaves_the_folding_to_a_later_one(level: str, clinic: Session, pool: Pool) -> None:
    other = pool.take()
    clinic.execute(CHANGES)
    set_next_delta(clinic, next_folding_id(clinic))
    clinic.execute(f"begin isolation level {level}; insert into service (name) values ('Strict')")
    other.execute("select stats.fold()")
    clinic.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_long_run_of_writers_leaves_a_bounded_inbox(clinic: Session) -> None:
    clinic.execute(
        "create procedure public.write(n int) language plpgsql as $$ begin for i in 1..n loop"
        " update public.patient set phone = i::text where id = 1; commit; end loop; end $$"
    )
    try:
        clinic.execute("call public.write(%s)", [2 * FOLD_EACH + 100])
    finally:
        clinic.execute("drop procedure public.write(int)")
    assert pending(clinic) <= FOLD_EACH
    assert clinic.execute("select count(*) from stats.delta").fetchone() < (2 * FOLD_EACH,)  # type: ignore[operator]
    assert_exact_through_folds(clinic)


def test_the_4096th_delta_waits_for_nobody_who_folds(clinic: Session, pool: Pool) -> None:
    folder = pool.take()
    folder.execute("begin; select stats.fold()")
    set_next_delta(clinic, next_folding_id(clinic))
    clinic.execute("set lock_timeout = '10s'; insert into service (name) values ('The 4096th')")
    folder.execute("commit")
    assert_exact_through_folds(clinic)


def test_a_folding_delta_of_a_rolled_back_savepoint_does_no_harm(clinic: Session) -> None:
    set_next_delta(clinic, next_folding_id(clinic))
    clinic.execute(
        "begin; savepoint s; insert into service (name) values ('Lost'); rollback to s;"
        "insert into service (name) values ('Kept'); commit"
    )
    assert_exact_through_folds(clinic)


def test_a_fold_forced_before_the_commit_keeps_all_exact(clinic: Session, pool: Pool) -> None:
    other = pool.take()
    set_next_delta(clinic, next_folding_id(clinic))
    clinic.execute("begin; set constraints all immediate; insert into service (name) values ('The 4096th')")
    clinic.execute(CHANGES)
    other.execute("set lock_timeout = '10s'; insert into service (name) values ('Meanwhile')")
    assert_exact(clinic)
    clinic.execute("commit")
    assert_exact_through_folds(other)


def test_pruning_spares_what_a_running_transaction_wrote(clinic: Session, pool: Pool) -> None:
    writer = pool.take()
    writer.execute("begin")
    writer.execute(CHANGES)
    for number in range(3):
        clinic.execute("insert into service (name) values (%s::text)", [number])
        fold(clinic)
    writer.execute("commit")
    assert_exact_through_folds(clinic)


def test_pruning_spares_what_an_old_reader_needs(clinic: Session, witness: Witness, pool: Pool) -> None:
    clinic.execute(CHANGES)
    reader = pool.take()
    reader.execute("begin isolation level repeatable read; select 1")
    for _ in range(4):
        clinic.execute("update patient set phone = phone || 'x'")
        fold(clinic)
    assert_exact(reader)
    witness.assert_unmoved()


def test_the_topics_since_a_snapshot_are_told_though_deltas_were_pruned(clinic: Session) -> None:
    seen = clinic.execute("select pg_current_snapshot()::text").fetchone()
    clinic.execute("insert into service (name) values ('A')")
    assert clinic.execute("select topics from stats.look(%s)", seen).fetchone() == (["service"],)
    for _ in range(3):
        clinic.execute("update patient set phone = phone || 'x'")
        fold(clinic)
    topics = clinic.execute("select topics from stats.look(%s)", seen).fetchone()
    assert topics is not None
    assert {"service", "patient"} <= set(topics[0])
