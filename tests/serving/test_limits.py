"""A table that somebody has locked holds up nobody for long: its pages say so in words, and all others go on."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
import pytest

from clinic.live.admission import AdmissionError, admission
from clinic.live.reading import Reader
from tests.conftest import Connect
from tests.database.pooled import in_use, limited, pool_of
from tests.live.test_health import answer as asked
from tests.waiting import PATIENCE_SECONDS, until, until_async
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
SignIn = Callable[[str], str]
WAITS = "select count(*) from pg_locks where not granted and relation = 'booking'::regclass"
SAID = "The table is locked just now"

pytestmark = pytest.mark.usefixtures("no_other_relay")


class Answer(NamedTuple):
    """What one reader got."""

    status: int
    retry_after: str | None
    words: str


def ask(server: WebServer, key: str, path: str, body: str | None = None, **headers: str) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    sent = {"Cookie": f"sessionid={key}; csrftoken={CSRF}", "Accept": "text/html", **headers}
    if body is not None:
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
    line.request("GET" if body is None else "POST", path, body, sent)
    answer = line.getresponse()
    said = Answer(answer.status, answer.getheader("Retry-After"), answer.read().decode())
    line.close()
    return said


CSRF = "a" * 32


@pytest.fixture(scope="module")
def served(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, static_files: None
) -> Iterator[Callable[[str], WebServer]]:
    """Return the web server whose statements may wait for a lock so many seconds."""
    made: dict[str, WebServer] = {}

    def start(seconds: str) -> WebServer:
        if seconds not in made:
            log = tmp_path_factory.mktemp("limits") / "daphne.log"
            made[seconds] = WebServer(database_url, log, LIVE_CHECK_UPS="0", DATABASE_LOCK_SECONDS=seconds)
        return made[seconds].start()

    yield start
    for server in made.values():
        server.stop()


@contextmanager
def locked(connect: Connect, table: str, mode: str = "access exclusive") -> Iterator[Sql]:
    """Lock a table as long as the block lasts, or until the session given is rolled back."""
    session = connect(autocommit=False, name="maintenance")
    session.execute(f"lock table {table} in {mode} mode")
    try:
        yield session
    finally:
        session.rollback()


def test_while_bookings_are_locked_their_list_says_so_and_other_pages_go_on(
    served: Callable[[str], WebServer], sign_in: SignIn, sql: Sql, connect: Connect
) -> None:
    server, key = served("1"), sign_in("manager")
    with locked(connect, "booking"), ThreadPoolExecutor(12) as crowd:
        lists = [crowd.submit(ask, server, key, "/bookings/") for _ in range(10)]
        others = [ask(server, key, path) for path in ("/patients/", "/inventory/", "/bills/")]
        told = [each.result() for each in lists]
        assert [other.status for other in others] == [200, 200, 200]
        assert {answer.status for answer in told} == {503}
        assert all(SAID in answer.words and "tries again by itself" in answer.words for answer in told)
        assert all(3 <= int(answer.retry_after or 0) <= 8 for answer in told)
        assert ask(server, key, "/bookings/?export=csv").status == 503
        assert ask(server, key, "/bookings/", Accept="*/*").words.startswith(SAID)
        assert asked(server, "/readyz")[0] == 200
        assert "Traceback" not in server.log.read_text()
    until(lambda: ask(server, key, "/bookings/").status == 200, what="the list after the lock")


def test_a_form_that_ran_into_a_lock_keeps_what_was_typed_and_can_be_sent_again(
    served: Callable[[str], WebServer], sign_in: SignIn, sql: Sql, connect: Connect
) -> None:
    server, key = served("1"), sign_in("manager")
    form = "first_name=Ada&last_name=Lovelace&sex=unknown&phone=%2B44+20+7946+0000"
    with locked(connect, "patient", "share"):
        refused = ask(server, key, "/patients/new/", form)
    assert (refused.status, refused.retry_after is not None) == (503, True)
    assert SAID in refused.words
    assert 'value="Ada"' in refused.words
    assert "Nothing was saved" in refused.words
    assert ask(server, key, "/patients/new/", form).status == 302
    assert sql.execute("select first_name from patient").fetchall() == [("Ada",)]


def test_control_without_a_limit_the_list_waits_as_long_as_the_lock(
    served: Callable[[str], WebServer], sign_in: SignIn, sql: Sql, connect: Connect
) -> None:
    server, key = served("0"), sign_in("manager")
    with locked(connect, "booking") as maintenance, ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(ask, server, key, "/bookings/")
        until(lambda: sql.execute(WAITS).fetchone() != (0,), what="a list that waits for the lock")
        assert not waiting.done()
        maintenance.rollback()
        assert waiting.result().status == 200


async def test_readings_of_rights_that_ran_into_a_lock_give_their_connections_back(
    sign_in: SignIn, connect: Connect
) -> None:
    key = sign_in("manager")
    with limited("200ms"), pool_of(3):
        with locked(connect, "django_session"):
            with pytest.raises(AdmissionError):
                await admission.of_session(key)
            await until_async(lambda: in_use() == 0, what="connections that are given back")
        assert await admission.of_session(key)


async def test_a_look_that_ran_into_a_lock_gives_its_connection_back(
    sql: Sql, transactional_db: None, connect: Connect
) -> None:
    reader = Reader()
    with limited("200ms"), pool_of(3):
        with locked(connect, "stats.counter"):
            assert await asyncio.wait_for(reader.look(), PATIENCE_SECONDS) is None
            await until_async(lambda: in_use() == 0, what="a connection that is given back")
        assert await reader.look()
