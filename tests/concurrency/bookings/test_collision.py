"""The collisions' own tool: only a wait for the first person counts, whatever else waits in the cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import transaction

from tests.concurrency.bookings.collision import Rival
from tests.waiting import until

Connect = Callable[..., psycopg.Connection[Any]]
LOCK = "select pg_advisory_lock(4711)"
SOMEBODY_WAITS = "select exists (select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted)"


@contextmanager
def strangers_wait(connect: Connect) -> Iterator[psycopg.Connection[Any]]:
    """Let one stranger wait for another; returns a session that sees it."""
    holder, waiter, watcher = (connect() for _ in range(3))
    holder.execute(LOCK)
    waiting = threading.Thread(target=waiter.execute, args=[LOCK])
    waiting.start()
    try:
        until(lambda: watcher.execute(SOMEBODY_WAITS).fetchone() == (True,), what="the stranger's wait")
        yield watcher
    finally:
        holder.execute("select pg_advisory_unlock_all()")
        waiting.join()


def test_a_strangers_wait_is_not_taken_for_the_second_persons(connect: Connect) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def act() -> None:
        has_begun.set()
        may_end.wait()

    rival = Rival(act)
    with strangers_wait(connect) as watcher, transaction.atomic():
        rival.start()
        has_begun.wait()
        assert not rival.is_stuck()
        assert watcher.execute(SOMEBODY_WAITS).fetchone() == (True,)
        may_end.set()
        assert rival.finish() is None
        assert rival.is_stuck()
