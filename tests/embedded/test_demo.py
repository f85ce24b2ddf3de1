"""The demonstration, run as a person runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from clinic.embedded.listening import is_free
from clinic.embedded.postgres import Cluster
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests here, so that the sample data is made once."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def cluster(var: Path) -> Iterator[Cluster]:
    cluster = Cluster(var / "postgres")
    yield cluster
    cluster.remove()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop_and_leaves_nothing_running(
    number: signal.Signals, cluster: Cluster, var: Path
) -> None:
    port = free_port()
    with demo(var, port) as process:
        said = read_until(process, "Ctrl-C")
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=20)
        assert page.status == 200
        assert cluster.is_running()
        assert logins(cluster) == {"clinic_web"}
        process.send_signal(number)
        rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said + rest
    assert "Stopped." in rest
    assert not cluster.is_running()
    assert is_free(port)


def logins(cluster: Cluster) -> set[str]:
    """Return what the web process and its relay are signed in as."""
    with psycopg.connect(cluster.url()) as owner:
        found = owner.execute("select usename from pg_stat_activity where application_name ~ '^clinic-pulse'")
        return {name for (name,) in found.fetchall()}


DAY_OF_WORK = """
insert into auth_user (username, password, first_name, last_name, email, is_active, is_staff, is_superuser, date_joined)
values ('mia', '!', 'Mia', '', '', true, false, false, now());
update auth_user set username = 'front.desk' where username = 'reception';
update auth_user set password = '!' where username = 'manager';
update auth_user set is_active = false where username = 'clinician';
delete from auth_user_groups where user_id in (select id from auth_user where username in ('store', 'cashier'));
delete from auth_user where username in ('store', 'cashier');
insert into patient (first_name) values ('Ada');
delete from booking where status = 'pending';
"""


def test_it_starts_again_after_a_day_of_work_and_leaves_a_running_database_alone(cluster: Cluster, var: Path) -> None:
    cluster.start()
    start_and_stop(var)
    with psycopg.connect(cluster.url(), autocommit=True) as database:
        database.execute(DAY_OF_WORK)
        start_and_stop(var)
        accounts = {name for (name,) in database.execute("select username from auth_user")}
        is_marked = database.execute("select to_regnamespace('clinic_demo') is not null").fetchone()
    assert accounts == {"manager", "reception", "clinician", "cashier", "store", "mia", "front.desk"}
    assert cluster.is_running()
    assert is_marked == (True,)  # so it is found to be the demonstration's own when DATABASE_URL names it


def start_and_stop(var: Path) -> None:
    with demo(var, free_port()) as process:
        read_until(process, "Ctrl-C")
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


def demo(var: Path, port: int) -> subprocess.Popen[str]:
    """Start the demonstration in a terminal session of its own."""
    theirs = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**theirs, "CLINIC_VAR": str(var), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """Return what a process said up to a word; fail if it ends before."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"It ended before it said {word!r}:\n{said}")
