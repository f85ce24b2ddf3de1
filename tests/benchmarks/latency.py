"""From a commit to the frame at a socket: on an idle system, beside a bare LISTEN loop, and with everybody at work.

Idle: the web server is daphne with its own relay, which sleeps before each commit. The bare loop is a process that
prints what it is notified of; the same session notifies it from the same kind of insert.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from tests.benchmarks.clients import Browser, Crowd, crowd
from tests.benchmarks.database import Connection, connect
from tests.benchmarks.harness import Figure, Size, at_most, percentile
from tests.benchmarks.programs import Listener, Program, WebServer, running
from tests.benchmarks.sessions import signed_in
from tests.benchmarks.writers import BOOK
from tests.waiting import until

BARE = """
create table bare (id bigint generated always as identity, day date);
create function bare_notify() returns trigger language plpgsql as
    $$ begin perform pg_notify('bare', new.id::text); return null; end $$;
create trigger bare_inserted after insert on bare for each row execute function bare_notify();
"""
BOOK_BARE = "insert into bare (day) values (current_date)"
IS_ASLEEP = "select 1 from stats.bell where last_value = 1"
SOCKETS, COMMITS_PER_SECOND = 1_000, 1_000


def measure(size: Size) -> Iterator[Figure]:
    """Measure both."""
    sessions = signed_in(size.pick(SOCKETS, 20))
    with connect() as connection, running(WebServer("daphne", LIVE_CHECK_UPS="0")) as server:
        connection.execute(BARE)
        yield from _idle(connection, server, sessions[0], size)
        with crowd(server.port, sessions) as many:
            yield from _busy(many, "daphne", size)
    with running(WebServer("uvicorn", LIVE_CHECK_UPS="0")) as server, crowd(server.port, sessions) as many:
        yield from _busy(many, "uvicorn", size)


def _idle(connection: Connection, server: WebServer, session: str, size: Size) -> Iterator[Figure]:
    ours, bare = [], []
    with running(Listener("bare", is_read=True)) as listener, crowd(server.port, [session]) as one:
        assert listener.line() == "listening"
        (browser,) = one.browsers
        for number in range(1, size.pick(200, 5) + 1):
            until(lambda: connection.execute(IS_ASLEEP).fetchone(), timeout=30, what="the relay to fall asleep")
            sleep(0.02)  # what it still does on its way to sleep is not what is measured
            ours.append(_to_socket(connection, one, browser, number))
            began = _commit(connection, BOOK_BARE)
            listener.line()
            bare.append(perf_counter() - began)
    for share, goal in ((0.5, 2), (0.99, 3)):
        mine, other = percentile(ours, share), percentile(bare, share)
        yield Figure(
            f"commit to frame, idle, {share:.0%}",
            "a bare LISTEN loop that prints",
            [mine / other],
            goal=at_most(goal),
            reading=f"{1000 * mine:.2f} ms against {1000 * other:.2f} ms",
        )


def _commit(connection: Connection, statement: str) -> float:
    """Change a row and commit; returns when COMMIT was sent: a listener may hear of it before its sender."""
    connection.execute("begin")
    connection.execute(statement)  # type: ignore[call-overload]
    began = perf_counter()
    connection.execute("commit")
    return began


def _to_socket(connection: Connection, one: Crowd, browser: Browser, bookings: int) -> float:
    """Commit, and wait for the frame that carries the new number."""
    began = _commit(connection, BOOK)
    one.receive_while(lambda: browser.value("bookings_total") != bookings, lambda _: None)
    return perf_counter() - began


def _busy(many: Crowd, server: str, size: Size) -> Iterator[Figure]:
    """Tell how old the oldest commit is that each frame brings; all sockets must end with the right number."""
    seconds = size.pick(10, 1)
    arrivals: list[tuple[int, float]] = []
    shown: dict[Browser, int] = {}
    with connect() as connection, TemporaryDirectory() as folder:
        before = _bookings(connection)

        def on_frame(browser: Browser) -> None:
            count, known = browser.value("bookings_total"), shown.get(browser, before)
            if count is not None and count > known:
                arrivals.append((known - before, perf_counter()))
                shown[browser] = count

        file = Path(folder, "moments")
        load = Program("tests.benchmarks.writers", str(seconds), str(size.pick(COMMITS_PER_SECOND, 50)), str(file))
        many.receive_while(lambda: load.process.poll() is None, on_frame)
        total = _bookings(connection)
        until(lambda: _is_shown(many, on_frame, shown, total), timeout=60, what="the last number at each socket")
        committed_at = json.loads(file.read_text())
    # Counts rise in about the order of commits, so the first that was new to a socket had waited longest.
    ages = [max(0.0, arrived - committed_at[index]) for index, arrived in arrivals if index < len(committed_at)]
    pace = len(committed_at) / seconds
    yield Figure(
        f"commit to frame, {server}, {len(many.browsers):,} sockets, {pace:,.0f} commits/s, 99 %",
        "",
        [1000 * percentile(ages, 0.99)],
        "ms",
        at_most(250),
        f"median {1000 * median(ages):.0f} ms, {len(ages):,} frames; every socket ended with the last number",
    )


def _is_shown(many: Crowd, on_frame: object, shown: dict[Browser, int], total: int) -> bool:
    ends = perf_counter() + 0.2
    many.receive_while(lambda: perf_counter() < ends, on_frame)  # type: ignore[arg-type]
    return all(shown.get(browser) == total for browser in many.browsers)


def _bookings(connection: Connection) -> int:
    row = connection.execute("select count(*) from booking").fetchone()
    assert row
    return int(row[0])
