"""Many at once, at a real server: each is answered or told to come again, and the database keeps room for others."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any, NamedTuple

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.live.test_health import answer as health
from tests.waiting import PATIENCE_SECONDS, until
from tests.web_server import WebServer

POOL = 3
RELAY = 1
pytestmark = pytest.mark.usefixtures("no_other_relay")


class Answer(NamedTuple):
    """What one reader got."""

    status: int
    retry_after: str | None
    words: str


@pytest.fixture(scope="module")
def small(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server with a pool of three and places for twenty that wait."""
    log = tmp_path_factory.mktemp("small") / "daphne.log"
    options = {"DATABASE_POOL_SIZE": str(POOL), "REQUESTS_WAITING": "20", "LIVE_CHECK_UPS": "0"}
    server = WebServer(database_url, log, **options).start()
    yield server
    server.stop()


def get(server: WebServer, key: str) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=4 * PATIENCE_SECONDS)
    line.request("GET", "/", headers={"Cookie": f"sessionid={key}", "Accept": "text/html"})
    answer = line.getresponse()
    said = Answer(answer.status, answer.getheader("Retry-After"), answer.read().decode())
    line.close()
    return said


def sessions(server: WebServer) -> int:
    """Count the connections which a server itself has to PostgreSQL."""
    port = settings.DATABASES["default"]["PORT"]
    lines = psutil.Process(server.pid).net_connections("tcp")
    to_it = [line for line in lines if line.raddr and str(line.raddr.port) == str(port)]
    return sum(line.status == psutil.CONN_ESTABLISHED for line in to_it)


class Watch:
    """The most sessions that the web server had at any moment that was looked at."""

    def __init__(self, server: WebServer) -> None:
        self.most = 0
        self._over = Event()
        self._thread = Thread(target=self._look, args=(server,))

    def _look(self, server: WebServer) -> None:
        while not self._over.is_set():
            self.most = max(self.most, sessions(server))

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()


def test_of_a_crowd_each_is_answered_or_told_to_come_again(small: WebServer, sign_in: Callable[[str], str]) -> None:
    key = sign_in("manager")
    until(lambda: health(small)[0] == 200, what="a live half that has begun")
    with Watch(small) as watch, ThreadPoolExecutor(240) as readers:
        answers = list(readers.map(lambda _turn: get(small, key), range(240)))
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {200, 503}
    assert statuses[200] >= 20
    assert all(
        "The system is very busy just now" in each.words and each.retry_after for each in answers if each.status == 503
    )
    assert all("Revenue" in each.words for each in answers if each.status == 200)
    assert 1 < watch.most <= POOL + RELAY
    assert nothing_in_use(small)


def test_after_the_database_cut_every_connection_the_next_page_is_there(
    small: WebServer, sign_in: Callable[[str], str], sql: psycopg.Connection[Any]
) -> None:
    key = sign_in("manager")
    assert get(small, key).status == 200
    connection.close()  # this process's own, which is not to be cut
    sql.execute(
        "select pg_terminate_backend(pid, 20000) from pg_stat_activity"
        " where datname = current_database() and application_name = 'clinic-pulse'"
    )
    assert get(small, key).status == 200
    assert nothing_in_use(small)


def nothing_in_use(server: WebServer) -> bool:
    """Wait until no request holds a connection; what the hub reads by itself is over soon."""
    return bool(until(lambda: health(server)[1]["connections"]["in_use"] == 0, what="a pool with nothing in use"))
