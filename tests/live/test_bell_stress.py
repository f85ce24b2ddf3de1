"""The bell on the real server: long, slow and odd transactions, and nothing that only the safety read finds.

Safety reads come so often here that a change without a ring is found by one of them nearly at once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.live import relay as relay_module
from clinic.live.database import LEADER_LOCK, Database
from tests.live.test_relay import Connect, Sql, Station, asleep, running
from tests.sql.playing import ISOLATION_LEVELS
from tests.waiting import until_async

pytestmark = pytest.mark.usefixtures("no_other_relay")
WRITERS, ROUNDS = 4, 15
WRITE = "insert into patient (first_name) values ('N')"
ODD_ENDS = (
    "commit",
    "select pg_sleep({pause}); commit",
    "savepoint s; insert into service (name) values ('gone'); rollback to s; select pg_sleep({pause}); commit",
    "savepoint s; insert into service (name) values ('kept'); release s; commit",
    "select pg_sleep({pause}); rollback",
    "prepare transaction '{name}'; select pg_sleep({pause}); commit prepared '{name}'",
    "prepare transaction '{name}'; select pg_sleep({pause}); rollback prepared '{name}'",
)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read for safety all the time, and read what prepared transactions leave as often."""
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.1)


@pytest.fixture
def writers(sql: Sql, connect: Connect) -> Iterator[list[Sql]]:
    """Sessions of scripts; what they left prepared goes."""
    yield [connect(name=f"writer {number}") for number in range(WRITERS)]
    for (name,) in sql.execute("select gid from pg_prepared_xacts where database = current_database()").fetchall():
        sql.execute(f"rollback prepared '{name}'")


def write(session: Sql, seed: int) -> None:
    """Run transactions of every kind, some so far apart that the relay falls asleep between them."""
    chance = random.Random(seed)
    for round_number in range(ROUNDS):
        end = chance.choice(ODD_ENDS).format(pause=chance.choice((0, 0.05, 0.3)), name=f"{seed}-{round_number}")
        session.execute(f"set clinic.ring = {'off' if 'prepare' in end else 'on'}")
        session.execute(
            f"begin isolation level {chance.choice(ISOLATION_LEVELS)}; {chance.choice(('select 1', WRITE))}"
        )
        session.execute(WRITE)
        for step in end.split("; "):
            session.execute(step)
        session.execute(f"select pg_sleep({chance.choice((0, 0.02, 0.5))})")


async def test_nothing_is_left_to_the_safety_read(sql: Sql, writers: list[Sql]) -> None:
    async with running() as station:
        await asleep(station)
        await asyncio.gather(*(asyncio.to_thread(write, session, seed) for seed, session in enumerate(writers)))
        await station.shows(patients_total=number(sql, "patient"))
        await asleep(station)
        looks = station.relay.looks
        await until_async(lambda: station.relay.looks > looks + 2, timeout=20, what="safety reads of a quiet database")
        assert station.relay.found_by_safety_read == 0
        assert number(sql, "stats.unannounced") == 0


async def test_a_prepared_transaction_leaves_word_and_its_commit_is_published(sql: Sql, writers: list[Sql]) -> None:
    async with running() as station:
        await asleep(station)
        writers[0].execute("set clinic.ring = off")
        for step in ("begin", WRITE, "prepare transaction 'word'"):
            writers[0].execute(step)
        await until_async(lambda: not station.relay.is_asleep, timeout=20, what="a relay woken by the word")
        writers[0].execute("commit prepared 'word'")
        await station.shows(patients_total=1)
        await asleep(station)
        assert station.relay.found_by_safety_read == 0


async def commit_beside_the_relay(station: Station, writer: Sql) -> None:
    """Append while the relay is awake, and commit when it sleeps, which it must not while this one is open."""
    writer.execute("insert into service (name) values ('so that the relay is awake')")
    await until_async(lambda: is_unset(writer), timeout=20, what="a relay awake")
    writer.execute(f"begin; {WRITE}")
    await asleep(station)
    writer.execute("commit")
    looks = station.relay.looks
    await until_async(lambda: station.relay.looks > looks + 1, timeout=20, what="a look after the commit")
    await asleep(station)


def is_unset(session: Sql) -> bool:
    """Say whether the bell tells writers that somebody is awake."""
    return session.execute("select last_value = 0 from stats.bell").fetchone() == (True,)


def wait_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the relay fall asleep without a look at who writes still."""

    async def fall_asleep(self: Database) -> int:
        await as_it_is(self)
        return 0

    as_it_is = Database.fall_asleep
    monkeypatch.setattr(Database, "fall_asleep", fall_asleep)


async def test_control_a_relay_that_waits_for_nobody_leaves_a_change_to_the_safety_read(
    sql: Sql, writers: list[Sql], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_nobody(monkeypatch)
    monkeypatch.setattr(relay_module, "RING_LATE_SECONDS", 0.1)
    async with running() as station:
        await asleep(station)
        for _ in range(50):  # now and then the relay goes to bed just before the writer appends, which then rings
            await commit_beside_the_relay(station, writers[0])
            if station.relay.found_by_safety_read:
                break
        assert station.relay.found_by_safety_read
        await until_async(lambda: number(sql, "stats.unannounced") > 0, timeout=20, what="a note of it")
    sql.execute("truncate stats.unannounced")


async def test_control_writers_that_do_not_ring_leave_their_changes_to_the_safety_read(
    sql: Sql, writers: list[Sql], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "RING_LATE_SECONDS", 0.1)
    as_it_is = definition(sql, "stats.ring()")
    sql.execute("create or replace function stats.ring() returns void language sql as 'select'")
    try:
        async with running() as station:
            await asleep(station)
            writers[0].execute(WRITE)
            await until_async(lambda: station.relay.found_by_safety_read > 0, timeout=20, what="an unannounced change")
            await until_async(lambda: number(sql, "stats.unannounced") > 0, timeout=20, what="a note of it")
    finally:
        sql.execute(as_it_is)  # type: ignore[call-overload]
        sql.execute("truncate stats.unannounced")


def test_rings_are_as_many_as_naps_and_not_as_commits(sql: Sql, connect: Connect) -> None:
    ear = leader(connect)
    for _ in range(3):
        sql.execute("select stats.fall_asleep()")
        sql.execute(WRITE)
        assert rings(ear) == 1
        sql.execute("select stats.wake_up()")
        for _ in range(200):
            sql.execute(WRITE)
        assert rings(ear) == 0


def test_control_while_the_bell_stays_set_every_commit_rings(sql: Sql, connect: Connect) -> None:
    ear = leader(connect)
    sql.execute("select stats.fall_asleep()")
    for _ in range(50):
        sql.execute(WRITE)
    assert rings(ear) == 50
    sql.execute("select stats.wake_up()")


def leader(connect: Connect) -> Sql:
    """Open a session that hears every ring, and holds the lock without which nothing rings."""
    ear = connect()
    ear.execute("listen stats_bell")
    ear.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    return ear


def rings(ear: Sql) -> int:
    """Count the rings that were committed by now, since the last time this was asked."""
    ear.execute("select")  # the server sends what is due before it answers
    return len(list(ear.notifies(timeout=0)))


def number(sql: Sql, table: str) -> int:
    row = sql.execute(f"select count(*) from {table}").fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row[0])


def definition(sql: Sql, function: str) -> Any:
    row = sql.execute("select pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
    assert row is not None
    return row[0]
