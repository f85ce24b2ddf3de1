"""What balancers, supervisors and monitors are told, by a real server: is it alive, do pages work, is all live?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.db import connection

from clinic.live.database import LEADER_LOCK
from clinic.operations import health
from tests.waiting import until
from tests.web_server import MONITOR_TOKEN, WebServer

CUT = """
select pg_terminate_backend(pid, 20000) from pg_stat_activity where datname = %s and application_name = 'clinic-pulse'
"""
Sql = psycopg.Connection[Any]


def answer(server: WebServer, path: str = "/healthz", token: str = MONITOR_TOKEN) -> tuple[int, dict[str, Any]]:
    """Ask as a monitor that was given the token, or another one."""
    asked = Request(server.url + path, headers={"Authorization": f"Bearer {token}", "Host": "10.0.0.7:8000"})
    try:
        with urlopen(asked, timeout=20) as response:
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


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_a_stranger_is_told_yes_or_no_and_nothing_else(server: WebServer, sql: Sql, path: str) -> None:
    until(lambda: answer(server)[0] == 200, timeout=30, what="a server that is well")
    for token in ("", "a guess"):
        assert answer(server, path, token) == (200, {"ok": True})


def test_a_server_without_a_token_tells_nobody_more(database_url: str, tmp_path: Path) -> None:
    server = WebServer(database_url, tmp_path / "log", MONITOR_TOKEN="").start()
    try:
        assert answer(server, "/livez", "") == (200, {"ok": True})
    finally:
        server.stop()


def test_without_a_relay_pages_work_and_it_is_not_live(
    database_url: str, sql: Sql, no_other_relay: None, tmp_path: Path
) -> None:
    server = WebServer(database_url, tmp_path / "log", LIVE_RELAY="0").start()
    try:
        until(lambda: answer(server, "/readyz")[0] == 200, timeout=30, what="a server that reads by itself")
        assert answer(server, "/healthz")[0] == 503
        assert answer(server, "/livez")[0] == 200
    finally:
        server.stop()


def test_a_change_that_no_bell_announced_is_told(server: WebServer, sql: Sql) -> None:
    before = answer(server)[1]["statistics"]["unannounced"]
    sql.execute("select stats.note_unannounced('{patient}')")
    until(lambda: answer(server)[1]["statistics"]["unannounced"] == before + 1, what="one more")
    sql.execute("truncate stats.unannounced")


def test_without_a_database_the_answer_is_503_and_says_why(server: WebServer, sql: Sql) -> None:
    name = sql.info.dbname
    connection.close()  # this process's own, which is not to be cut
    with psycopg.connect(sql.info.dsn, dbname="postgres", password=sql.info.password, autocommit=True) as other:
        other.execute(f"alter database {name} allow_connections false")  # type: ignore[arg-type]
        other.execute(CUT, [name])  # or those that the server has would still do
        try:
            until(lambda: answer(server)[0] == 503, what="a server that says so")
            status, told = answer(server)
            ready, alive = answer(server, "/readyz")[0], answer(server, "/livez")[0]
        finally:
            other.execute(f"alter database {name} allow_connections true")  # type: ignore[arg-type]
    assert status == 503
    assert told["ok"] is False
    assert "not currently accepting connections" in told["database"]
    assert (ready, alive) == (503, 200), "nobody is to be sent here, and it is no reason to kill it"


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
