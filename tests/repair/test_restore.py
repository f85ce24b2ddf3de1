"""A dump restored into another server, whole or data alone: the numbers end right without anybody's help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from clinic.embedded.postgres import FAST, Cluster
from tests.repair.databases import Sql, made, program, value
from tests.waiting import until
from tests.web_server import WebServer


@pytest.fixture
def dumped(sql: Sql, database_url: str, tmp_path: Path) -> Callable[..., str]:
    """Fill the clinic and dump it."""
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 7)")
    sql.execute("insert into bill (patient_id, service_fee) select id, 10 from patient")
    sql.execute("insert into payment (bill_id, amount) select id, 4 from bill")
    sql.execute("insert into inventory_item (name, quantity) values ('gloves', 5)")

    def dump(*options: str) -> str:
        file = str(tmp_path / "clinic.dump")
        program("pg_dump", "--format=custom", *options, f"--file={file}", database_url)
        return file

    return dump


@pytest.fixture
def other_server(tmp_path: Path) -> Iterator[str]:
    """Another PostgreSQL, whose transaction ids start over."""
    cluster = Cluster(tmp_path / "other", FAST)
    cluster.start()
    yield cluster.url()
    cluster.remove()


def test_counters_of_another_server_are_refused_and_not_misread(
    dumped: Callable[..., str], other_server: str, sql: Sql
) -> None:
    _age(sql)
    with psycopg.connect(other_server, autocommit=True) as restored:
        _restore(restored, dumped(), other_server)
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="kept by another server"):
            restored.execute("select * from stats.current")
        restored.execute("select stats.rebuild()")
        assert value(restored, "patients_total") == "7"
        restored.execute("insert into patient (first_name) values ('Grace')")
        assert value(restored, "patients_total") == "8"
        assert restored.execute("select * from stats.verify()").fetchall() == []


def test_a_relay_recounts_a_restored_database_by_itself(
    dumped: Callable[..., str], other_server: str, sql: Sql, tmp_path: Path
) -> None:
    _age(sql)
    with psycopg.connect(other_server, autocommit=True) as restored:
        _restore(restored, dumped(), other_server)
        server = WebServer(other_server, tmp_path / "daphne.log").start()
        try:
            _wake(server)
            until(lambda: _is_exact(restored), what="exact numbers")
            assert value(restored, "patients_total") == "7"
        finally:
            server.stop()


def test_data_restored_with_triggers_disabled_is_found_by_the_next_check_up(
    dumped: Callable[..., str], database_url: str
) -> None:
    tables = [f"--table={name}" for name in ("patient", "bill", "payment", "inventory_item", "stock_movement")]
    file = dumped("--data-only", *tables)
    with made(database_url, "test_restored") as url, psycopg.connect(url, autocommit=True) as restored:
        program("pg_restore", "--data-only", "--disable-triggers", f"--dbname={url}", file)
        assert value(restored, "patients_total") == "0"
        restored.execute("select stats.make_check_up()")
        assert value(restored, "patients_total") == "7"
        assert value(restored, "amount_paid_total") == "28.00"
        assert restored.execute("select * from ledger.mismatches()").fetchall() == []


def _age(sql: Sql) -> None:
    """Spend transaction ids, so that this server's lie in the other one's future, and fold."""
    for _ in range(2000):
        sql.execute("select pg_current_xact_id()")
    sql.execute("select stats.fold()")


def _restore(restored: Sql, file: str, url: str) -> None:
    for role in ("clinic_app", "clinic_import"):
        restored.execute(f"create role {role} nologin")  # type: ignore[arg-type]
    program("pg_restore", "--no-owner", f"--dbname={url}", file)


def _wake(server: WebServer) -> None:
    """Make the first request, with which relay and hub begin."""
    from urllib.request import urlopen

    urlopen(server.url + "/login/").close()


def _is_exact(restored: Sql) -> bool:
    try:
        return restored.execute("select * from stats.verify()").fetchall() == []
    except psycopg.errors.ObjectNotInPrerequisiteState:
        return False
