"""A pooler in transaction mode before the database: the relay needs an address of its own, and says so without one."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from clinic import checks
from clinic.database import limits
from clinic.database.actor import acting_as
from clinic.live import database, echo
from clinic.live.echo import DeafError
from tests.live.client import connected
from tests.live.test_health import answer
from tests.live.test_relay import asleep, kill_relays, running
from tests.services import WEB_LOGIN, PgBouncer
from tests.stats.test_commands import process
from tests.waiting import PATIENCE_SECONDS, until, until_async
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


def change(server: WebServer, key: str, turn: int) -> None:
    """Save a form as a member of staff, as a browser does."""
    token = "a" * 32
    said = f"first_name=Ada&last_name=Number{turn}&sex=unknown".encode()
    headers = {"Cookie": f"sessionid={key}; csrftoken={token}", "X-CSRFToken": token}
    request = urllib.request.Request(f"{server.url}/patients/new/", said, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        assert re.search(r"/patients/\d+/$", answer.url)


def test_changes_of_many_at_once_bear_their_own_names_and_leave_nothing_in_a_session(
    behind: Callable[..., WebServer], sql: Sql, sign_in: Callable[[str], str], static_files: None
) -> None:
    server = behind(LIVE_RELAY="0", REQUESTS_AT_WORK="8", DATABASE_POOL_SIZE="14")
    names = ("manager", "reception", "clinician")
    with ThreadPoolExecutor(6) as people:
        list(people.map(lambda turn: change(server, sign_in(names[turn % 3]), turn), range(30)))
    made = sql.execute("select last_name, changed_by from patient order by id").fetchall()
    assert sorted(made) == sorted((f"Number{turn}", names[turn % 3]) for turn in range(30))
    told = sql.execute("select actor, source from stats.delta where subject = 'patient' order by id desc limit 30")
    assert set(told) == {(name, f"clinic-pulse ({WEB_LOGIN})") for name in names}


@pytest.fixture
def pooled(sql: Sql, transactional_db: None, pooler: PgBouncer) -> Iterator[Any]:
    """Django's connection through the pooler, with the limits of a web process."""
    connections.databases["pooled"] = {
        **connection.settings_dict, "PORT": pooler.port, limits.KEY: ["3s", "30s"]
    }  # fmt: skip
    yield connections["pooled"]
    connections["pooled"].close()
    del connections["pooled"], connections.databases["pooled"]


def test_a_pooled_session_keeps_nothing_of_who_used_it_and_each_transaction_has_its_limits(
    pooled: Any, pooler: PgBouncer
) -> None:
    asked = "select current_setting('lock_timeout'), current_setting('statement_timeout'), changes.actor()"
    with acting_as("grace"), pooled.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == ("3s", "30s", "grace")
    with pooled.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == ("3s", "30s", "clinic-pulse (clinic)")
    with psycopg.connect(pooler.url, autocommit=True, application_name="clinic-pulse") as script:
        assert script.execute(asked).fetchone() == ("0", "0", "clinic-pulse (clinic)")


def test_a_file_of_more_rows_than_one_reading_is_whole_while_others_use_the_sessions(
    behind: Callable[..., WebServer], sql: Sql, sign_in: Callable[[str], str]
) -> None:
    server = behind(LIVE_RELAY="0")
    sql.execute("insert into patient (first_name, last_name) select 'Ada', 'N' || g from generate_series(1, 3500) g")
    request = urllib.request.Request(
        f"{server.url}/patients/?export=csv", headers={"Cookie": f"sessionid={sign_in('manager')}"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        found = re.findall(r"\bN(\d+)\b", answer.read().decode())
    assert sorted(map(int, found)) == list(range(1, 3501))


def test_rows_are_read_in_portions_without_a_cursor_that_belongs_to_a_session(sql: Sql, pooled: Any) -> None:
    """Outside a transaction Django reads the choices of a field so."""
    sql.execute("insert into service (name) values ('Massage'), ('X-ray')")
    with pooled.chunked_cursor() as cursor:
        cursor.execute("select name from service order by 1")
        assert cursor.fetchall() == [("Massage",), ("X-ray",)]
