"""Many sockets on one process: memory of each, ten thousand of them, and five thousand that come back at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter, sleep

from tests.benchmarks.clients import Browser, Crowd, allow_many_sockets, count_in, crowd
from tests.benchmarks.database import Connection, connect
from tests.benchmarks.harness import Figure, Size, at_least, at_most
from tests.benchmarks.programs import WebServer, running
from tests.benchmarks.sessions import signed_in

PATIENTS = "select count(*) from patient"
QUERIES = """
select coalesce(sum(s.calls), 0)::bigint from pg_stat_statements s join pg_database d on d.oid = s.dbid
 where d.datname = current_database() and s.query !~ 'pg_stat_statements'
"""


def measure(size: Size) -> Iterator[Figure]:
    """Measure on uvicorn and on daphne."""
    allow_many_sockets()
    sessions = signed_in(size.pick(10_000, 100))
    with connect() as connection:
        connection.execute("create extension if not exists pg_stat_statements")
        for server in ("uvicorn", "daphne"):
            yield from _memory(connection, server, sessions)
        for server in ("uvicorn", "daphne"):
            yield from _storm(connection, server, sessions[: len(sessions) // 2])


def _memory(connection: Connection, server: str, sessions: Sequence[str]) -> Iterator[Figure]:
    with running(WebServer(server, LIVE_CHECK_UPS="0")) as program:
        with crowd(program.port, sessions[:50]):  # what only the first need is not counted
            pass
        before = program.memory_bytes()
        with crowd(program.port, sessions) as many:
            used = (program.memory_bytes() - before) / len(sessions) / 1024
            connection.execute("insert into patient (first_name) values ('Ada')")
            served = _served(many, _one(connection, PATIENTS))
    yield Figure(f"memory of an idle socket, {server}", "", [used], "KB", at_most(40), f"{len(sessions):,} sockets")
    yield Figure(
        f"{len(sessions):,} sockets on one process, {server}", "", [served], "shown a change", at_least(served)
    )


def _storm(connection: Connection, server: str, sessions: Sequence[str]) -> Iterator[Figure]:
    with running(WebServer(server, LIVE_CHECK_UPS="0")) as program:
        with crowd(program.port, sessions[:1]):
            pass
        sleep(1)  # the relay has looked and sleeps
        connection.execute("select pg_stat_statements_reset()")
        many = Crowd(program.port)
        began = perf_counter()
        many.open(sessions, at_once=len(sessions))
        seconds = perf_counter() - began
        queries, total = (_one(connection, query) for query in (QUERIES, PATIENTS))
        right = sum(count_in(browser.first, "patients_total") == total for browser in many.browsers)
        many.close()
    what, number = f"{len(sessions):,} sockets at once, {server}", len(sessions)
    yield Figure(f"{what}: until all are back", "", [seconds], "s", at_most(10), f"{right:,} with the right numbers")
    yield Figure(
        f"{what}: queries", "3 and one for each", [queries / (number + 3)], "", at_most(1), f"{queries:,} in all"
    )


def _served(many: Crowd, total: int) -> int:
    """Count the browsers that are shown a number within a minute."""
    shown: set[Browser] = set()

    def on_frame(browser: Browser) -> None:
        if browser.value("patients_total") == total:
            shown.add(browser)

    ends = perf_counter() + 60
    many.receive_while(lambda: len(shown) < len(many.browsers) and perf_counter() < ends, on_frame)
    return len(shown)


def _one(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row
    return int(row[0])
