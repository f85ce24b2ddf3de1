"""The bell, step by step: a sleeper never misses a commit, and each step that this takes has its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.concurrency.background import Background
from tests.concurrency.conftest import Spoil
from tests.sql.conftest import Bell, Pool
from tests.sql.exactness import current
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level

Aside = Callable[[], Background]
WRITE, TRIGGER = "insert into patient (first_name) values ('New')", "stats.patient__inserted()"
LOOK, AWAKE = "pg_sequence_last_value('stats.bell')", 0


class Sleeper:
    """What the relay does, one step at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mark = 0
        self.bell = Bell(session)
        session.execute("select stats.wake_up()")

    def sets_the_bell(self) -> None:
        """Ask writers to ring."""
        self._session.execute("select stats.fall_asleep()")

    def takes_its_mark(self) -> None:
        """Take the transaction id that all must be newer than."""
        self._mark = int(self._one("select pg_current_xact_id()::text"))

    def sees_nobody_older(self) -> bool:
        """Look, as before each sleep, at who still runs."""
        return int(self._one("select oldest_running::text from stats.look('1:1:')")) > self._mark

    def would_miss(self, reader: Session, before: Mapping[str, object]) -> bool:
        """Say whether numbers moved that no bell announced."""
        return not self.bell.rang() and current(reader) != before

    def _one(self, query: str) -> str:
        row = self._session.execute(query).fetchone()
        assert row is not None
        return str(row[0])


@pytest.fixture
def sleeper(clinic: Session, pool: Pool) -> Sleeper:
    """A relay that is awake."""
    return Sleeper(pool.take())


@at_each_isolation_level()
def test_a_writer_that_found_the_sleeper_awake_keeps_it_awake(
    level: str, clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    writer = aside().session
    writer.execute(f"begin isolation level {level}; {WRITE}")
    sleeper.sets_the_bell()
    sleeper.takes_its_mark()
    assert not sleeper.sees_nobody_older()
    writer.execute("commit")
    assert not sleeper.bell.rang()
    assert sleeper.sees_nobody_older()


@at_each_isolation_level()
def test_a_writer_that_finds_the_sleeper_going_to_bed_rings(
    level: str, clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    writer = aside().session
    writer.execute(f"begin isolation level {level}; select 1")
    sleeper.sets_the_bell()
    writer.execute(WRITE)
    sleeper.takes_its_mark()
    writer.execute("commit")
    assert sleeper.bell.rang()


def test_a_writer_with_an_old_snapshot_reads_the_bell_as_it_is_now(
    clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    writer = aside().session
    writer.execute("begin isolation level serializable; select last_value from stats.bell")
    sleeper.sets_the_bell()
    sleeper.takes_its_mark()
    assert sleeper.sees_nobody_older()
    writer.execute(f"{WRITE}; commit")
    assert sleeper.bell.rang()


def test_a_savepoint_hides_no_writer(clinic: Session, aside: Aside, sleeper: Sleeper) -> None:
    writer = aside().session
    writer.execute(f"begin; savepoint s; {WRITE}")
    sleeper.sets_the_bell()
    sleeper.takes_its_mark()
    assert not sleeper.sees_nobody_older()
    writer.execute("release s; commit")
    assert sleeper.sees_nobody_older()


@at_each_isolation_level()
def test_a_prepared_writer_that_found_the_sleeper_awake_keeps_it_awake(
    level: str, clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    writer = aside().session
    writer.execute(f"begin isolation level {level}; {WRITE}; prepare transaction 'a writer'")
    sleeper.sets_the_bell()
    sleeper.takes_its_mark()
    assert not sleeper.sees_nobody_older()
    writer.execute("commit prepared 'a writer'")
    assert sleeper.sees_nobody_older()


def test_control_a_sleeper_that_does_not_wait_for_older_writers_misses_one(
    clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    before, writer = dict(current(clinic)), aside().session
    writer.execute(f"begin; {WRITE}")
    sleeper.sets_the_bell()
    writer.execute("commit")
    assert sleeper.would_miss(clinic, before)


def test_control_a_mark_taken_before_the_bell_is_set_misses_a_writer(
    clinic: Session, aside: Aside, sleeper: Sleeper
) -> None:
    before, writer = dict(current(clinic)), aside().session
    sleeper.takes_its_mark()
    writer.execute(f"begin; {WRITE}")
    sleeper.sets_the_bell()
    assert sleeper.sees_nobody_older()
    writer.execute("commit")
    assert sleeper.would_miss(clinic, before)


def test_control_a_writer_that_reads_the_bell_before_it_appends_is_missed(
    clinic: Session, aside: Aside, sleeper: Sleeper, without: Spoil
) -> None:
    before, writer = dict(current(clinic)), aside().session
    with without(TRIGGER, "perform stats.ring();"):
        writer.execute("begin")
        assert writer.execute(f"select {LOOK}").fetchone() == (AWAKE,)
        sleeper.sets_the_bell()
        sleeper.takes_its_mark()
        assert sleeper.sees_nobody_older()
        writer.execute(f"{WRITE}; commit")
        assert sleeper.would_miss(clinic, before)


def test_control_a_bell_that_is_a_row_is_read_as_it_was(
    clinic: Session, aside: Aside, sleeper: Sleeper, without: Spoil
) -> None:
    before, writer = dict(current(clinic)), aside().session
    clinic.execute("create table public.bell as select 0 as last_value")
    try:
        with without(TRIGGER, LOOK, "(select last_value from public.bell)"):
            writer.execute("begin isolation level repeatable read; select 1")
            clinic.execute("update public.bell set last_value = 1")
            sleeper.takes_its_mark()
            assert sleeper.sees_nobody_older()
            writer.execute(f"{WRITE}; commit")
            assert sleeper.would_miss(clinic, before)
    finally:
        clinic.execute("drop table public.bell")
