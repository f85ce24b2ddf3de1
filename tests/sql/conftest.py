"""Fixtures of the SQL tests: a small clinic, somebody asleep by the bell, and a witness with an old snapshot."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import settings

from tests.emptying import empty, empty_counted
from tests.sql.exactness import current
from tests.sql.oracle import Session
from tests.sql.seed import SEED

settings.register_profile("soak")

CLEAR_STATS = "".join(f"delete from stats.{table};" for table in ("delta", "counter", "total")) + (
    # Far from the next delta that folds by itself, as each 4096th does.
    "select setval('stats.delta_id_seq', (last_value / 4096 + 1) * 4096 + 100) from stats.delta_id_seq"
)


def start_over(session: Session) -> None:
    """Empty the tables and make the small clinic in them."""
    empty_counted(session)
    for step in (CLEAR_STATS, "select stats.rebuild()", SEED):
        session.execute(step)


class Pool:
    """Autocommit sessions that tests take one after another; each comes as if new."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[Session] = []
        self._taken: list[Session] = []

    def take(self) -> Session:
        """Return a session that nobody uses."""
        session = self._idle.pop() if self._idle else self._connect()
        self._taken.append(session)
        return session

    def _connect(self) -> Session:
        # What `discard all` forgets must not be remembered on this side; who waits too long has failed.
        return psycopg.connect(self._url, autocommit=True, prepare_threshold=None, options="-c lock_timeout=20s")

    def give_back(self) -> None:
        """End what each taken session does and forget all that it was told."""
        for session in self._taken:
            if not session.closed:
                session.rollback()
                session.execute("discard all")
                self._idle.append(session)
        self._taken.clear()

    def close(self) -> None:
        """Leave empty tables and close all sessions."""
        empty(self.take())
        self.give_back()
        while self._idle:
            self._idle.pop().close()


@pytest.fixture(scope="module")
def shared_pool(database_url: str) -> Iterator[Pool]:
    """The sessions of a module's tests; afterwards the tables are empty."""
    pool = Pool(database_url)
    yield pool
    pool.close()


@pytest.fixture
def pool(shared_pool: Pool, no_other_relay: None) -> Iterator[Pool]:
    """Sessions for one test, in a database where no relay runs."""
    yield shared_pool
    shared_pool.give_back()


@pytest.fixture
def clinic(pool: Pool) -> Session:
    """A script's autocommit session on a small clinic whose counters are folded."""
    session = pool.take()
    start_over(session)
    session.execute("select stats.fold()")
    return session


class Bell:
    """Somebody who leads, is asleep and wants to be woken."""

    def __init__(self, session: Session) -> None:
        self._session = session
        session.execute("select pg_try_advisory_lock(359029)")  # the leader's
        session.execute("listen stats_bell")
        session.execute("listen is_all_heard")
        session.execute("select stats.fall_asleep()")
        self.rang()

    def rang(self) -> bool:
        """Say whether anybody who committed by now rang, since the last time this was asked."""
        self._session.execute("notify is_all_heard")
        is_heard = False
        while True:
            for notice in self._session.notifies(timeout=5, stop_after=1):
                if notice.channel == "is_all_heard":
                    return is_heard
                is_heard = True


@pytest.fixture
def bell(clinic: Session, pool: Pool) -> Iterator[Bell]:
    """A sleeper who went to sleep after the small clinic was made."""
    session = pool.take()
    yield Bell(session)
    session.execute("select stats.wake_up(), pg_advisory_unlock_all()")


class Witness:
    """A reader whose transaction began before the change under test."""

    def __init__(self, session: Session) -> None:
        self._session = session
        session.execute("begin isolation level repeatable read")
        self._before = current(session)

    def assert_unmoved(self) -> None:
        """Fail if the numbers of the old snapshot have moved."""
        assert current(self._session) == self._before


@pytest.fixture
def witness(clinic: Session, pool: Pool) -> Witness:
    """A reader who looked once when the small clinic was made and keeps that snapshot."""
    return Witness(pool.take())
