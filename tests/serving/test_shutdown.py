"""A web process is told to stop: pages go elsewhere, downloads that run are finished, and it ends with 0."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from clinic.live.messages import Close
from tests.live.client import connected
from tests.live.test_health import answer
from tests.waiting import PATIENCE_SECONDS, until, until_async
from tests.web_server import SERVERS, WebServer

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]
PATIENTS = 60_000
SLOW_READER_BYTES = 4096


@pytest.fixture(params=SERVERS)
def stoppable(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[WebServer]:
    """A server of the test's own, of each kind."""
    server = WebServer(database_url, tmp_path / "log", kind=request.param, STOP_NOTICE_SECONDS="1").start()
    yield server
    server.stop()


class Download:
    """A download by a reader that takes its time."""

    def __init__(self, server: WebServer, session_key: str) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_READER_BYTES)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.connect(("127.0.0.1", server.port))
        request = f"GET /patients/?export=csv HTTP/1.0\r\nHost: localhost\r\nCookie: sessionid={session_key}\r\n\r\n"
        self._socket.sendall(request.encode())
        self.received = self._socket.recv(SLOW_READER_BYTES)

    def rest(self) -> bytes:
        """Read to the end, however it comes."""
        with self._socket:
            while part := self._socket.recv(1 << 16):
                self.received += part
        return self.received


async def test_sockets_are_told_that_it_restarts_and_it_ends_with_0(
    stoppable: WebServer, sign_in: Callable[[str], str]
) -> None:
    async with connected(stoppable, sign_in("manager")) as one, connected(stoppable, sign_in("reception")) as other:
        await one.receive("snapshot")
        stoppable.tell_to_stop()
        assert [await one.closed(), await other.closed()] == [Close.RESTARTING] * 2
    assert await asyncio.to_thread(stoppable.ended) == 0


def test_a_download_that_runs_is_finished(stoppable: WebServer, sign_in: Callable[[str], str], sql: Sql) -> None:
    sql.execute("insert into patient (first_name) select 'Ada ' || n from generate_series(1, %s) n", [PATIENTS])
    download = Download(stoppable, sign_in("manager"))
    stoppable.tell_to_stop()
    until(lambda: answer(stoppable, "/readyz")[0] == 503, what="a process that sends balancers elsewhere")
    assert answer(stoppable, "/livez")[0] == 200
    assert download.rest().count(b"\r\n") > PATIENTS
    assert stoppable.ended() == 0


def test_one_that_would_never_end_is_cut_in_the_end(
    database_url: str, sign_in: Callable[[str], str], sql: Sql, tmp_path: Path
) -> None:
    # Fourteen megabytes: more than the buffers of the network hold for who does not read.
    names = "insert into patient (first_name) select repeat('Ada ', 60) || n from generate_series(1, %s) n"
    sql.execute(names, [PATIENTS])
    for kind in SERVERS:
        server = WebServer(database_url, tmp_path / "log", kind=kind, STOP_SECONDS="1").start()
        download = Download(server, sign_in("manager"))
        server.tell_to_stop()
        assert server.ended() == 0
        assert download.rest().count(b"\r\n") < PATIENTS
    assert (tmp_path / "log").read_text().count("1 requests were cut short") == 2


async def test_a_socket_is_served_until_balancers_have_noticed(
    database_url: str, sign_in: Callable[[str], str], tmp_path: Path
) -> None:
    server = WebServer(database_url, tmp_path / "log", STOP_NOTICE_SECONDS="600").start()
    try:
        async with connected(server, sign_in("manager")) as one:
            await one.receive("snapshot")
            server.tell_to_stop()
            await until_async(lambda: answer(server, "/readyz")[0] == 503, what="a process that sends balancers away")
            async with connected(server, sign_in("manager")) as late:
                await late.receive("snapshot")
    finally:
        server.kill()


async def test_a_socket_that_comes_meanwhile_is_sent_on(stoppable: WebServer, sign_in: Callable[[str], str]) -> None:
    async with connected(stoppable, sign_in("manager")) as one:
        await one.receive("snapshot")
        stoppable.tell_to_stop()
        assert await one.closed() == Close.RESTARTING
        async with connected(stoppable, sign_in("manager")) as late:
            assert await late.closed() == Close.RESTARTING
