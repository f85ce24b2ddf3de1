"""A clinic as it is deployed: one PostgreSQL, one Redis, three web processes, a script that writes, and open pages."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

from tests import services
from tests.benchmarks.sessions import signed_in
from tests.browser.cable import Cable
from tests.chaos.balancer import Balancer
from tests.chaos.pages import Crowd, Page
from tests.chaos.visitor import Visitor
from tests.services import RedisServer, free_port
from tests.waiting import until
from tests.web_server import WebServer

PROCESSES, PAGES = 3, 24
LIMIT_SECONDS = 60.0
SCRIPT: dict[str, Any] = {"application_name": "chaos script", "connect_timeout": 2}
LEADER = """
select a.client_port, a.pid from pg_locks l join pg_stat_activity a using (pid)
 where l.locktype = 'advisory' and l.objid = 359029 and l.mode = 'ExclusiveLock' and l.granted
   and l.database = (select oid from pg_database where datname = current_database())
"""
COUNT = "select count(*) from patient where archived_at is null"


class Script:
    """A script that registers patients, so many a second, and tries again whatever happens.

    `committed` are surely there; `tried` is the most there can be, because a commit may be lost on its way back.
    """

    def __init__(self, url: str, writes_a_second: float) -> None:
        self.committed = self.tried = 0
        self._url, self._pause = url, 1 / writes_a_second
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Script:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._is_over.is_set():
            with suppress(psycopg.Error), psycopg.connect(self._url, autocommit=True, **SCRIPT) as session:
                while not self._is_over.wait(self._pause):
                    self.tried += 1
                    session.execute("insert into patient (first_name) values ('Ada')")
                    self.committed += 1
            self._is_over.wait(0.2)


@dataclass(frozen=True)
class Addresses:
    """The database: of the server that is there, and of the one that is to take its place; web processes know both."""

    first: str
    second_port: int

    @property
    def port(self) -> int:
        """The port of the first server."""
        return urlsplit(self.first).port or 0

    @property
    def whole(self) -> str:
        """The address that finds which of the two takes writes."""
        return self.by_way_of(self.port)

    def by_way_of(self, port: int) -> str:
        """Return that address, with another way to the first server."""
        to = urlsplit(self.first)
        hosts = f"host=127.0.0.1,127.0.0.1&port={port},{self.second_port}&target_session_attrs=read-write"
        return f"postgresql://{to.username}:{to.password}@{to.path}?{hosts}"


class Installation:
    """What faults are caused in."""

    def __init__(
        self,
        *,
        addresses: Addresses,
        redis: RedisServer,
        servers: list[WebServer],
        crowd: Crowd,
        cable: Cable,
        visitor: Visitor,
        balancer: Balancer,
        folder: Path,
    ) -> None:
        self.addresses, self.url = addresses, addresses.whole
        self.redis, self.servers, self.crowd, self.cable, self.visitor = redis, servers, crowd, cable, visitor
        self.balancer, self.folder = balancer, folder
        self.after_row, self.after_all = ExitStack(), ExitStack()
        self.complaints: list[str] = []
        """What a fault found that should not be, in words."""
        self.notes: list[str] = []

    def note(self, words: str) -> None:
        """Say in the table what was measured besides."""
        self.notes.append(words)

    def expect(self, is_so: object, complaint: str) -> None:
        """Note in words what should not be, unless all is as it should be."""
        if not is_so:
            self.complaints.append(complaint)

    def leader(self) -> WebServer:
        """Return the web process whose relay leads, waiting for one if need be."""
        return until(self._leader, what="a relay that leads")

    def standby(self) -> WebServer:
        """Return a web process whose relay stands by."""
        leader = self.leader()
        return next(server for server in self.servers if server is not leader)

    def _leader(self) -> WebServer | None:
        with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True, connect_timeout=2) as session:
            if row := session.execute(LEADER).fetchone():
                own = (each for each in self.servers if each.is_running and _holds_port(each.pid, row[0]))
                return next(own, self.servers[0])  # whose relay reaches PostgreSQL through the cable
        return None

    def register(self) -> int:
        """Register one more patient as soon as there is a database; returns how many there are then."""

        def registered() -> bool:
            with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True, connect_timeout=2) as session:
                session.execute("insert into patient (first_name) values ('Grace')")
                return True
            return False

        until(registered, what="a patient who is registered")
        return self.truth()

    def truth(self) -> int:
        """Count the patients, trying again while there is no database."""

        def counted() -> tuple[int] | None:
            with suppress(psycopg.Error), psycopg.connect(self.url, autocommit=True, connect_timeout=2) as session:
                row: tuple[int] | None = session.execute(COUNT).fetchone()
                return row
            return None

        return until(counted, what="a database")[0]

    def are_live(self, pages: Sequence[Page], reached: int) -> bool:
        """Tell whether all of some pages are open and live, and have heard of so many patients at least."""
        last = [page.shown[-1] if page.is_open and page.shown else None for page in pages]
        return all(shown is not None and shown.mode == "live" and shown.number >= reached for shown in last)

    def is_right(self, truth: int, *, live: bool = True) -> bool:
        """Tell whether all pages are open and show this number, live if wanted."""
        last = [(page.is_open, page.shown[-1] if page.shown else None) for page in self.crowd.pages]
        return all(
            is_open and shown is not None and shown.number == truth and (not live or shown.mode == "live")
            for is_open, shown in last
        )


def _holds_port(pid: int, port: int | None) -> bool:
    """Tell whether a process has a connection from a local port."""
    with suppress(psutil.Error):
        return any(each.laddr and each.laddr.port == port for each in psutil.Process(pid).net_connections())
    return False


@contextmanager
def installed(url: str, folder: Path) -> Iterator[Installation]:
    """Start everything, and yield it once every page is live."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        addresses = Addresses(url, free_port())
        cable = stack.enter_context(Cable(addresses.port))
        direct = addresses.by_way_of(int(cable.url.rpartition(":")[2]))
        servers = []
        for n in range(PROCESSES):
            own = {"LIVE_DATABASE_URL": direct} if n == 0 else {}
            own |= {"REDIS_URL": redis.url, "STOP_SECONDS": "5", "STOP_NOTICE_SECONDS": "4"}
            server = WebServer(addresses.whole, folder / f"web-{n}.log", **own)
            stack.callback(_end, server)
            servers.append(server.start())
        balancer = stack.enter_context(Balancer([server.port for server in servers]))
        *keys, visitors = signed_in(PAGES + 1)
        crowd = stack.enter_context(Crowd(balancer.port, keys))
        visitor = stack.enter_context(Visitor(balancer.port, visitors))
        parts: dict[str, Any] = {"redis": redis, "cable": cable, "crowd": crowd, "visitor": visitor}
        here = Installation(addresses=addresses, servers=servers, balancer=balancer, folder=folder, **parts)
        stack.enter_context(here.after_all)
        until(lambda: here.is_right(here.truth()), what="pages that are live")
        yield here


def _end(server: WebServer) -> None:
    if server.is_running:
        os.kill(server.pid, signal.SIGCONT)
        server.kill()


def cluster() -> Any:
    """Return the PostgreSQL of this run."""
    return services.postgres()


def hold(seconds: float) -> None:
    """Let a fault last."""
    sleep(seconds)


def seconds_until(look: Any, limit: float) -> float | None:
    """Measure how long something takes to come true; None when it takes longer than the limit."""
    begun = monotonic()
    while not look():
        if monotonic() - begun > limit:
            return None
        sleep(0.02)
    return monotonic() - begun
