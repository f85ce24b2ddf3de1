"""What a monitor is told at /healthz, by a real server."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
from django.db import connection

from clinic.live.database import LEADER_LOCK
from clinic.operations import health
from tests.waiting import until
from tests.web_server import WebServer

CUT = """
select pg_terminate_backend(pid, 20000) from pg_stat_activity where datname = %s and application_name = 'clinic-pulse'
"""
Sql = psycopg.Connection[Any]


def answer(server: WebServer) -> tuple[int, dict[str, Any]]:
    """Ask, without signing in."""
    try:
        with urlopen(server.url + "/healthz", timeout=20) as response:
            return response.status, json.load(response)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def test_all_is_well_once_a_relay_leads(server: WebServer, sql: Sql) -> None:
    until(lambda: answer(server)[0] == 200, timeout=30, what="a good answer")
    _status, told = answer(server)
    assert told["ok"] is True
    assert told["statistics"]["relay_since"] is not None
    assert told["statistics"]["triggers_off"] == 0
    assert told["hub"]["mode"] == "live"


def test_a_change_that_no_bell_announced_is_told(server: WebServer, sql: Sql) -> None:
    before = answer(server)[1]["statistics"]["unannounced"]
    sql.execute("select stats.note_unannounced('{patient}')")
    assert answer(server)[1]["statistics"]["unannounced"] == before + 1
    sql.execute("truncate stats.unannounced")


def test_without_a_database_the_answer_is_503_and_says_why(server: WebServer, sql: Sql) -> None:
    name = sql.info.dbname
    connection.close()  # this process's own, which is not to be cut
    with psycopg.connect(sql.info.dsn, dbname="postgres", password=sql.info.password, autocommit=True) as other:
        other.execute(f"alter database {name} allow_connections false")  # type: ignore[arg-type]
        other.execute(CUT, [name])  # or those that the server has would still do
        try:
            status, told = answer(server)
        finally:
            other.execute(f"alter database {name} allow_connections true")  # type: ignore[arg-type]
    assert status == 503
    assert told["ok"] is False
    assert "not currently accepting connections" in told["database"]


@pytest.mark.usefixtures("no_other_relay")
def test_a_relay_leads_where_its_lock_is_held(sql: Sql, transactional_db: None, connect: Any) -> None:
    assert health.read().relay_since is None
    leader = connect()
    leader.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    assert health.read().relay_since is not None


@pytest.mark.usefixtures("no_other_relay")
def test_a_relay_of_another_database_leads_nothing_here(sql: Sql, transactional_db: None) -> None:
    with psycopg.connect(sql.info.dsn, dbname="postgres", password=sql.info.password, autocommit=True) as elsewhere:
        elsewhere.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
        assert health.read().relay_since is None
