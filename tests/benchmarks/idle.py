"""What it costs that nobody does anything, and what the dashboard's page costs."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep

from tests.benchmarks.database import Connection, connect
from tests.benchmarks.harness import Figure, Size, at_most
from tests.benchmarks.programs import WebServer, relay, running
from tests.benchmarks.sessions import signed_in

SECONDS = 30
QUERIES = """
select coalesce(sum(s.calls), 0)::bigint from pg_stat_statements s join pg_database d on d.oid = s.dbid
 where d.datname = current_database() and s.query !~ 'pg_stat_statements'
"""
BY_QUERY = """
select s.calls, left(regexp_replace(s.query, '\\s+', ' ', 'g'), 60) from pg_stat_statements s
  join pg_database d on d.oid = s.dbid
 where d.datname = current_database() and s.query !~ 'pg_stat_statements' order by s.calls desc
"""


def measure(size: Size) -> Iterator[Figure]:
    """Count queries and CPU while idle, then the queries and bytes of the page `/`."""
    seconds = size.pick(SECONDS, 3)
    with connect() as connection:
        connection.execute("create extension if not exists pg_stat_statements")
        with relay() as program:
            sleep(size.pick(12, 1))  # until its first thorough look has folded what the start left
            connection.execute("select pg_stat_statements_reset()")
            used = program.cpu_seconds()
            sleep(seconds)
            used = program.cpu_seconds() - used
            queries = _queries(connection)
            asked = ", ".join(f"{calls} x {query}" for calls, query in connection.execute(BY_QUERY))
    yield Figure(
        "queries while idle", "", [queries * 10 / seconds], "each 10 s", at_most(12), f"in {seconds} s: {asked}"
    )
    yield Figure(
        "CPU while idle", "", [100 * used / seconds], "% of a core", at_most(0.5), "web process with its relay"
    )
    with running(WebServer("daphne", LIVE_RELAY="0")):
        yield from _page()


def _queries(connection: Connection) -> int:
    row = connection.execute(QUERIES).fetchone()
    assert row
    return int(row[0])


def _page() -> Iterator[Figure]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    (client.cookies[settings.SESSION_COOKIE_NAME],) = signed_in(1)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/")
    assert page.status_code == 200
    yield Figure(
        "queries of the page /", "", [len(queries)], "", at_most(4), "a manager's: session, user, rights, and the page"
    )
    yield Figure("HTML of the page /", "", [len(page.content) / 1000], "KB", at_most(60))
