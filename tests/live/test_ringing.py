"""With nobody leading nothing rings, and that costs no change: a new leader waits for those who did not ring."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic.live import database
from clinic.live import relay as relay_module
from clinic.live.database import LEADER_LOCK, Database
from tests.live.test_bell_stress import WRITE, definition, rings, wait_for_nobody
from tests.live.test_relay import Connect, Sql, asleep, running
from tests.waiting import until, until_async
from tests.web_server import WebServer

pytestmark = pytest.mark.usefixtures("no_other_relay")


def bell(sql: Sql) -> int:
    row = sql.execute("select last_value from stats.bell").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def left_asleep(sql: Sql) -> Iterator[Sql]:
    """A script on a database whose relay crashed while it slept: the bell is still set."""
    sql.execute("select stats.fall_asleep()")
    yield sql
    sql.execute("select stats.wake_up()")


@pytest.fixture
def ear(connect: Connect) -> Sql:
    """A session that hears every ring."""
    listener = connect(name="an ear")
    listener.execute("listen stats_bell")
    return listener


def test_with_nobody_leading_no_commit_rings_and_the_bell_is_left_as_it_is(left_asleep: Sql, ear: Sql) -> None:
    for _ in range(20):
        left_asleep.execute(WRITE)
    assert rings(ear) == 0
    assert bell(left_asleep) == 1


def test_while_somebody_leads_every_commit_rings(left_asleep: Sql, ear: Sql, connect: Connect) -> None:
    connect().execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    for _ in range(20):
        left_asleep.execute(WRITE)
    assert rings(ear) == 20


def test_a_leaders_own_change_rings_for_itself(left_asleep: Sql, ear: Sql) -> None:
    ear.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    ear.execute(WRITE)
    assert rings(ear) == 1


def test_a_script_with_an_importers_rights_may_look_who_leads(left_asleep: Sql, ear: Sql, connect: Connect) -> None:
    script = connect()
    script.execute("set role clinic_import")
    script.execute(WRITE)
    assert rings(ear) == 0
    connect().execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    script.execute(WRITE)
    assert rings(ear) == 1


def test_a_writer_that_looked_keeps_no_lock(left_asleep: Sql, connect: Connect) -> None:
    writer = connect()
    writer.execute(f"begin; {WRITE}")
    held = left_asleep.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()
    assert held == (0,)
    writer.execute("rollback")


@contextmanager
def writing_on(writers: list[Sql]) -> Iterator[None]:
    """Have sessions commit one row after the other meanwhile."""
    over = threading.Event()

    def write(session: Sql) -> None:
        while not over.is_set():
            session.execute(WRITE)

    threads = [threading.Thread(target=write, args=[session]) for session in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


async def test_writers_that_look_do_not_keep_a_leader_from_leading(left_asleep: Sql, connect: Connect) -> None:
    with writing_on([connect() for _ in range(4)]):
        for _ in range(20):
            async with database.connect() as db:
                assert await db.try_to_lead()


async def test_control_a_lock_kept_to_the_end_of_the_transaction_would(left_asleep: Sql, connect: Connect) -> None:
    as_it_is = definition(left_asleep, "stats.is_led()")
    left_asleep.execute(
        "create or replace function stats.is_led() returns boolean security definer"
        f" return not pg_try_advisory_xact_lock_shared({LEADER_LOCK})"
    )
    writer = connect()
    try:
        writer.execute(f"begin; {WRITE}")
        async with database.connect() as db:
            assert not await db.try_to_lead()
    finally:
        writer.execute("rollback")
        left_asleep.execute(as_it_is)  # type: ignore[call-overload]


async def test_a_new_leader_waits_for_a_writer_that_rang_for_nobody(left_asleep: Sql, connect: Connect) -> None:
    writer = connect()
    writer.execute(f"begin; {WRITE}")
    async with running() as station:
        await station.shows(patients_total=0)
        writer.execute("commit")
        await station.shows(patients_total=1)
        await asleep(station)
        assert station.relay.found_by_safety_read == 0


async def test_control_a_new_leader_that_waits_for_nobody_misses_it(
    left_asleep: Sql, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_nobody(monkeypatch)
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.5)
    monkeypatch.setattr(relay_module, "RING_LATE_SECONDS", 0.1)
    writer = connect()
    writer.execute(f"begin; {WRITE}")
    async with running() as station:
        await asleep(station)
        writer.execute("commit")
        await until_async(lambda: station.relay.found_by_safety_read > 0, what="a change that no bell announced")
    left_asleep.execute("truncate stats.unannounced")


async def test_a_relay_that_is_cancelled_asleep_resets_the_bell(sql: Sql) -> None:
    async with running() as station:
        await asleep(station)
        assert bell(sql) == 1
    assert bell(sql) == 0


async def test_control_a_relay_that_does_not_resign_leaves_it_set(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(self: Database) -> None: ...

    monkeypatch.setattr(Database, "resign", nothing)
    async with running() as station:
        await asleep(station)
    assert bell(sql) == 1
    sql.execute("select stats.wake_up()")


async def test_it_resets_the_bell_at_whatever_moment_it_is_cancelled(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "LOOK_SECONDS", 0.0)
    for moment in range(20):
        async with running() as station:
            await station.shows(patients_total=moment)
            sql.execute(WRITE)
            await asyncio.sleep(0.003 * moment)
        assert bell(sql) == 0


def test_a_server_that_is_told_to_stop_resets_the_bell(sql: Sql, database_url: str, tmp_path: Path) -> None:
    server = WebServer(database_url, tmp_path / "log", LIVE_CHECK_UPS="0").start()
    wake_by_a_request(server)
    until(lambda: bell(sql) == 1, what="a relay that sleeps")
    server.stop()
    assert bell(sql) == 0


def wake_by_a_request(server: WebServer) -> None:
    """Ask for something, because relay and hub begin with the first request."""
    from urllib.request import urlopen

    with urlopen(server.url + "/login/") as response:
        response.read()
