"""A pooler in transaction mode before the database: the relay needs an address of its own, and says so without one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from clinic import checks
from clinic.live import database, echo
from clinic.live.echo import DeafError
from tests.live.client import connected
from tests.live.test_health import answer
from tests.live.test_relay import asleep, kill_relays, running
from tests.services import PgBouncer
from tests.stats.test_commands import process
from tests.waiting import until, until_async
from tests.web_server import WebServer

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def pooler(database_url: str) -> Iterator[PgBouncer]:
    """PgBouncer before the test database."""
    with PgBouncer(database_url) as running_one:
        yield running_one


async def test_a_direct_connection_hears_its_echo_and_goes_on_hearing_the_bell(sql: Sql) -> None:
    async with database.connect() as db:
        await echo.prove(db)
        await db.listen()
        sql.execute("notify stats_bell")
        assert await db.rung(20)


async def test_behind_the_pooler_a_connection_is_found_to_be_deaf(
    sql: Sql, pooler: PgBouncer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "ECHO_SECONDS", 0.5)
    settings.LIVE_DATABASE_URL = pooler.url
    async with database.connect() as db:
        with pytest.raises(DeafError, match="set LIVE_DATABASE_URL to the address of PostgreSQL itself"):
            await echo.prove(db)


async def test_control_its_own_echo_would_be_heard_even_there(sql: Sql, pooler: PgBouncer, settings: Any) -> None:
    settings.LIVE_DATABASE_URL = pooler.url
    async with database.connect() as db:
        await db.listen_for_echo()
        await db.announce_echo("to myself")
        assert await db.hears_echo("to myself", 5)


async def test_a_connection_to_another_database_is_found_to_be_deaf(
    sql: Sql, database_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "ECHO_SECONDS", 0.5)
    settings.LIVE_DATABASE_URL = database_url.rpartition("/")[0] + "/postgres"
    async with database.connect() as db:
        with pytest.raises(DeafError):
            await echo.prove(db)


async def test_the_echo_is_asked_for_after_each_reconnect(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def prove(db: database.Database) -> None:
        nonlocal asked
        asked += 1
        await as_it_is(db)

    as_it_is = echo.prove
    monkeypatch.setattr(echo, "prove", prove)
    async with running() as station:
        await asleep(station)
        assert asked == 1
        kill_relays(sql)
        await until_async(lambda: asked == 2, what="the next connection's echo")


async def test_a_relay_that_hears_nothing_does_not_lead_and_the_log_has_the_remedy(
    sql: Sql, pooler: PgBouncer, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(echo, "ECHO_SECONDS", 0.2)
    settings.LIVE_DATABASE_URL = pooler.url
    async with running() as station:
        await until_async(station.relay.faults, what="a relay that says that it hears nothing")
        assert station.frames == []
        held = sql.execute("select relay_since from stats.status").fetchone()
        assert held == (None,)
    (record,) = [record for record in caplog.records if "LISTEN does not work" in record.getMessage()]
    assert "set LIVE_DATABASE_URL" in record.getMessage()
    assert record.exc_info is None


def test_a_check_says_that_the_relay_would_hear_nothing(
    sql: Sql, transactional_db: None, pooler: PgBouncer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "ECHO_SECONDS", 0.5)
    assert checks.relay_can_listen(None, databases=["default"]) == []
    settings.LIVE_DATABASE_URL = pooler.url
    (warning,) = checks.relay_can_listen(None, databases=["default"])
    assert warning.id == "clinic.W004"
    assert "LIVE_DATABASE_URL" in str(warning.hint)
    settings.LIVE_RELAY = False
    assert checks.relay_can_listen(None, databases=["default"]) == []


def test_the_check_says_nothing_when_the_database_is_out_of_reach(
    sql: Sql, transactional_db: None, settings: Any
) -> None:
    settings.LIVE_DATABASE_URL = "postgresql://clinic@127.0.0.1:1/nowhere"
    assert checks.relay_can_listen(None, databases=["default"]) == []


def test_an_address_that_makes_no_sense_stops_the_start(
    sql: Sql, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_DATABASE_URL", "mysql://here")
    said = process(database_url, "check").stderr
    assert "LIVE_DATABASE_URL must begin with postgresql://" in said


@pytest.fixture
def behind(pooler: PgBouncer, tmp_path: Path) -> Iterator[Callable[..., WebServer]]:
    """Start web servers whose DATABASE_URL is the pooler's."""
    started: list[WebServer] = []

    def start(**environment: str) -> WebServer:
        started.append(WebServer(pooler.url, tmp_path / f"{len(started)}.log", LIVE_CHECK_UPS="0", **environment))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


async def test_without_a_direct_address_numbers_come_slower_and_healthz_says_why(
    behind: Callable[..., WebServer], sql: Sql, sign_in: Callable[[str], str]
) -> None:
    server = behind()
    async with connected(server, sign_in("manager")) as page:
        message = await page.receive("snapshot")
        assert message["mode"] == "polling"
        sql.execute("insert into patient (first_name) values ('Ada')")
        await page.until(patients_total=1)
    status, told = await asyncio.to_thread(answer, server)
    assert (status, told["ok"], told["hub"]["mode"]) == (503, False, "polling")
    assert told["statistics"]["relay_since"] is None
    assert told["failing"]["relay"].startswith("DeafError: LISTEN does not work on the relay's connection")
    assert "LIVE_DATABASE_URL" in server.log.read_text()


async def test_with_a_direct_address_changes_arrive_live(
    behind: Callable[..., WebServer], sql: Sql, sign_in: Callable[[str], str], database_url: str
) -> None:
    server = behind(LIVE_DATABASE_URL=database_url)
    async with connected(server, sign_in("manager")) as page:
        await page.receive("snapshot")
        sql.execute("insert into patient (first_name) values ('Ada')")
        await page.until(patients_total=1)
        await asyncio.to_thread(until, lambda: answer(server)[0] == 200, what="a server that is well")
        told = (await asyncio.to_thread(answer, server))[1]
        assert (told["hub"]["mode"], told["failing"]) == ("live", {})
        assert told["statistics"]["unannounced"] == 0
