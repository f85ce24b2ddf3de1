"""The commands around the database give others a way in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from io import StringIO

import pytest
import sqlalchemy
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

from clinic.demo.logins import NAMES, create
from clinic.demo.mark import leave, refuse_foreign
from clinic.embedded.binaries import bin_dir, path_with_binaries
from clinic.errors import ClinicError
from clinic.staff import roles
from tests.services import postgres_url


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL that `dburl` prints when DATABASE_URL is written in the short form."""
    monkeypatch.setenv("DATABASE_URL", postgres_url().replace("postgresql://", "postgres://"))
    out = StringIO()
    call_command("dburl", stdout=out)
    return out.getvalue().strip()


def test_psql_takes_the_printed_url(url: str) -> None:
    psql = [str(bin_dir() / "psql"), url, "--no-psqlrc", "--tuples-only", "--command", "select 6 * 7"]
    assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout.strip() == "42"


def test_sqlalchemy_takes_the_printed_url(url: str) -> None:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("select 6 * 7")) == 42
    engine.dispose()


def test_psql_is_found_where_none_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("psql", path=path_with_binaries()) == str(bin_dir() / "psql")


def test_a_taken_port_is_named_with_another_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port = owner.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=f"Port {port} is taken.*PORT="):
            call_command("demo")


@pytest.mark.parametrize("word", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", word)
    with pytest.raises(CommandError, match="from 1 to 65535"):
        call_command("demo")


def test_accounts_with_a_public_password_are_made_by_the_demonstration_alone() -> None:
    assert "CLINIC_DEMO" not in os.environ
    with pytest.raises(ClinicError, match="for the demonstration"):
        create()


@pytest.mark.django_db
def test_each_account_is_in_the_group_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_DEMO", "1")
    roles.sync()
    create()
    create()
    groups = {user.username: user.groups.get().name for user in User.objects.filter(username__in=NAMES)}
    assert groups == {name: name for name in NAMES}
    assert not User.objects.filter(is_superuser=True).exists()


def own_tables(cursor: CursorWrapper) -> None:
    cursor.execute("drop schema public cascade; create schema public; create table public.song (title text)")


def own_staff(cursor: CursorWrapper) -> None:
    User.objects.create_user("dr.hart")


def staff_named_like_the_samples(cursor: CursorWrapper) -> None:
    User.objects.create_user("manager")


def own_patients(cursor: CursorWrapper) -> None:
    cursor.execute("insert into patient (first_name) values ('Ada')")


@pytest.mark.django_db
@pytest.mark.parametrize("fill", [own_tables, own_staff, staff_named_like_the_samples, own_patients])
def test_a_database_with_data_of_its_own_gets_no_public_passwords(fill: Callable[[CursorWrapper], None]) -> None:
    with connection.cursor() as cursor:
        fill(cursor)
    with pytest.raises(ClinicError, match=r"names a database with data of its own.*unset DATABASE_URL"):
        refuse_foreign()


@pytest.mark.django_db
def test_a_clinic_that_nobody_has_used_may_be_the_demonstrations() -> None:
    refuse_foreign()


@pytest.mark.django_db
def test_a_named_database_is_the_demonstrations_by_its_mark_whatever_is_written_there() -> None:
    leave()
    User.objects.create_user("dr.hart")
    with connection.cursor() as cursor:
        own_patients(cursor)
    refuse_foreign()
