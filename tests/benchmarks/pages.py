"""The page `/` for several readers at once: with the pool and the gate, and as Django does by itself; then a crowd.

Both servers run; each is asked in its turn. The clinic is the demonstration's.
"""

from __future__ import annotations

import http.client
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from time import monotonic
from typing import NamedTuple

import psutil
import psycopg

from tests.benchmarks.database import Connection, connect
from tests.benchmarks.harness import Figure, Size, at_least, at_most, percentile, ratios, side_by_side
from tests.benchmarks.programs import WebServer, running
from tests.benchmarks.sessions import signed_in

READERS, ROUNDS, CROWD = 8, 5, 240
PAGES, LOGINS = 110, 60
UNITS = {
    "pages_a_second": ("times the pages", at_least(1.5)),
    "p99_seconds": ("times the p99", at_most(0.67)),
    "database_cpu": ("times PostgreSQL's CPU", at_most(0.5)),
}
SESSIONS = "select count(*) from pg_stat_activity where application_name ~ '^clinic-pulse'"
SIDES: dict[str, dict[str, str]] = {"ours": {}, "bare": {"DATABASE_POOL_SIZE": "0", "REQUESTS_AT_WORK": "1000"}}
"""Bare: a connection for each request, and no gate."""


class Load(NamedTuple):
    """What a number of readers saw in one round."""

    pages_a_second: float
    p99_seconds: float
    database_cpu: float
    """Seconds of PostgreSQL's CPU for one page."""


def measure(size: Size) -> Iterator[Figure]:
    """Compare both sides round by round, then send the crowds to ours."""
    _fill()
    key = signed_in(1)[0]
    loads: dict[str, list[Load]] = {side: [] for side in SIDES}
    with ExitStack() as stack:
        servers = {
            side: stack.enter_context(running(WebServer("daphne", LIVE_CHECK_UPS="0", **options)))
            for side, options in SIDES.items()
        }
        for turn in range(size.pick(ROUNDS, 2)):
            for side in sorted(SIDES, reverse=bool(turn % 2)):
                _load(servers[side].port, key, size.pick(3, 1))
                loads[side].append(_load(servers[side].port, key, size.pick(15, 2)))
        yield from _compared(loads["ours"], loads["bare"])
        yield from _crowd(servers["ours"].port, key, size)


def _fill() -> None:
    os.environ["CLINIC_DEMO"] = "1"
    from clinic.demo import sample

    sample.fill()


def _compared(ours: list[Load], bare: list[Load]) -> Iterator[Figure]:
    for name, (unit, goal) in UNITS.items():
        mine, theirs = ([getattr(load, name) for load in loads] for loads in (ours, bare))
        scale, word = (1, "") if name == "pages_a_second" else (1000, " ms")
        reading = f"{scale * median(mine):.0f} against {scale * median(theirs):.0f}{word}"
        yield Figure(f"page / for {READERS} readers", "no pool, no gate", ratios(mine, theirs), unit, goal, reading)


def _crowd(port: int, key: str, size: Size) -> Iterator[Figure]:
    with ThreadPoolExecutor(CROWD) as threads:
        statuses = Counter(threads.map(lambda _turn: _get(port, key)[0], range(size.pick(CROWD, 40))))
    other = sum(number for status, number in statuses.items() if status not in (200, 503))
    reading = ", ".join(f"{number} x {status}" for status, number in sorted(statuses.items()))
    yield Figure(f"{CROWD} readers in one moment", "", [other], "neither page nor 503", at_most(0), reading)
    pages = size.pick(PAGES, 20)
    refused, most = _logins_beside_pages(port, key, pages)
    reading = f"{LOGINS} logins beside {pages} pages; the web server had {most} sessions at most"
    yield Figure("logins of an import refused", "", [refused], "", at_most(0), reading)


def _logins_beside_pages(port: int, key: str, pages: int) -> tuple[int, int]:
    """Open an import's sessions while the pages are fetched; count those refused, and the web server's sessions."""
    held: list[Connection] = []
    with ThreadPoolExecutor(pages) as threads, connect() as watcher:
        fetched = [threads.submit(_get, port, key) for _ in range(pages)]
        refused = most = 0
        while len(held) + refused < LOGINS or not all(page.done() for page in fetched):
            most = max(most, _sessions(watcher))
            if len(held) + refused < LOGINS:
                try:
                    held.append(connect())
                except psycopg.OperationalError:
                    refused += 1
    for session in held:
        session.close()
    return refused, most


def _sessions(connection: Connection) -> int:
    row = connection.execute(SESSIONS).fetchone()
    assert row
    return int(row[0])


def _load(port: int, key: str, seconds: float) -> Load:
    took: list[float] = []
    began, used = monotonic(), _database_cpu()

    def read(_turn: int) -> None:
        while monotonic() - began < seconds:
            status, each = _get(port, key)
            assert status == 200, status
            took.append(each)

    side_by_side(read, READERS)
    pages, over = len(took), monotonic() - began
    return Load(pages / over, percentile(took, 0.99), (_database_cpu() - used) / pages)


def _get(port: int, key: str) -> tuple[int, float]:
    began = monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("GET", "/", headers={"Cookie": f"sessionid={key}", "Accept": "text/html"})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, monotonic() - began


def _database_cpu() -> float:
    """CPU of the server and its sessions, ended ones too."""
    with connect() as connection:
        leader = psutil.Process(connection.info.backend_pid).parent()
    assert leader
    processes = [leader, *leader.children()]
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
