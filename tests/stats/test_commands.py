"""`manage.py stats` and `manage.py relay`, as somebody at a terminal meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import execute_from_command_line
from pytest_django import DjangoDbBlocker

from tests.web_server import ROOT

Sql = psycopg.Connection[Any]


Manage = Callable[..., subprocess.CompletedProcess[str]]


def process(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a management command on the test database, in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": database_url}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def manage(database_url: str, django_db_blocker: DjangoDbBlocker) -> Manage:
    """Run a management command on the test database as a terminal does, without starting Python for each."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        out, err, code = StringIO(), StringIO(), 0
        with django_db_blocker.unblock(), redirect_stdout(out), redirect_stderr(err):
            try:
                execute_from_command_line(["manage.py", *words])
            except SystemExit as end:
                code = int(end.code or 0)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def tampered(sql: Sql) -> Iterator[Sql]:
    """A patient who came past the triggers."""
    sql.execute("alter table patient disable trigger all")
    sql.execute("insert into patient (first_name) values ('unseen')")
    sql.execute("alter table patient enable trigger all")
    for name in ("inserted", "updated", "deleted", "truncated"):
        sql.execute(f"alter table patient enable always trigger track_{name}")
    yield sql
    sql.execute("select stats.rebuild()")


def test_show_prints_the_numbers_by_section(sql: Sql, manage: Manage) -> None:
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1234)")
    shown = manage("stats", "show").stdout
    assert "Patients & records" in shown
    assert any(line.split() == ["patients_total", "1,234"] for line in shown.splitlines())


def test_verify_is_content_when_all_is_exact(sql: Sql, manage: Manage) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    result = manage("stats", "verify")
    assert result.returncode == 0
    assert "equal a recount, and both ledgers add up" in result.stdout


def test_verify_names_what_is_off_and_exits_1_and_rebuild_mends_it(
    tampered: Sql, manage: Manage, database_url: str
) -> None:
    result = process(database_url, "stats", "verify")
    assert result.returncode == 1
    assert "patients_total: kept 0, recounted 1" in result.stderr
    assert "manage.py stats check-up" in result.stderr
    assert "patients_total" in manage("stats", "check-up").stdout
    assert manage("stats", "check-up").stdout == "All numbers are exact.\n"
    assert manage("stats", "verify").returncode == 0


def test_verify_names_a_ledger_that_does_not_add_up(sql: Sql, manage: Manage) -> None:
    sql.execute("insert into inventory_item (name, quantity) values ('gloves', 5)")
    sql.execute("alter table stock_movement disable trigger all")
    sql.execute("delete from stock_movement")
    sql.execute("alter table stock_movement enable trigger all")
    result = manage("stats", "verify")
    assert result.returncode == 1
    assert "stock_movement of 1: not the sum of its ledger" in result.stderr
    assert "stock_movement of 1" in manage("stats", "check-up").stdout
    assert manage("stats", "verify").returncode == 0


def test_rebuild_recounts_everything(sql: Sql, manage: Manage) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("select stats.fold()")
    sql.execute("update stats.total set n = n + 5")
    assert manage("stats", "rebuild").returncode == 0
    assert sql.execute("select * from stats.verify()").fetchall() == []


def test_status_tells_how_the_counting_fares(sql: Sql, manage: Manage) -> None:
    lines = dict(line.split(maxsplit=1) for line in manage("stats", "status").stdout.splitlines())
    assert lines["unannounced"] == "0"
    assert lines["triggers_off"] == "0"
    assert set(lines) >= {"relay_since", "pending", "folded_at", "checked_at"}


def test_watch_prints_the_numbers_again_when_they_move(sql: Sql, database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "manage.py", "stats", "watch"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout
        assert _next_value(watching.stdout, "patients_total") == "0"
        sql.execute("insert into patient (first_name) values ('Ada')")
        assert _next_value(watching.stdout, "patients_total") == "1"
        watching.terminate()


def _next_value(lines: Any, key: str) -> str:
    return next(line.split()[1] for line in lines if line.split()[:1] == [key])


def test_a_relay_of_its_own_asks_for_redis(manage: Manage) -> None:
    result = manage("relay")
    assert result.returncode == 1
    assert "Set REDIS_URL" in result.stderr


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("CLINIC_TIME_ZONE", "Mars/Olympus", "CLINIC_TIME_ZONE is 'Mars/Olympus'; set it to a name such as"),
        ("CLINIC_COUNTRY", "Germany", "CLINIC_COUNTRY is 'GERMANY'; set it to two letters of ISO 3166 such as DE"),
        ("DEBUG", "maybe", "DEBUG is 'maybe'; set it to 0 or 1"),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL must begin with postgresql://"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL cannot be read"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_with_what_it_takes(variable: str, value: str, words: str) -> None:
    environment = {**os.environ, variable: value}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert words in result.stderr


def test_the_server_refuses_a_key_that_everybody_knows() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
    result = subprocess.run(
        [sys.executable, "-c", "import clinic.asgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr
