"""Pages are served with the rights of `clinic_app`: no web process starts as the owner or as a superuser."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.db import connection

from clinic import checks
from clinic.database import owner
from tests.services import WEB_LOGIN, web_url
from tests.web_server import ROOT

Sql = psycopg.Connection[Any]


def found() -> list[tuple[Any, str]]:
    """Check as `manage.py check --deploy --database default` does."""
    return [(message.id, message.msg) for message in checks.web_is_not_the_owner(None, databases=["default"])]


@pytest.fixture
def as_web(transactional_db: None, database_url: str, settings: Any) -> None:
    """Have Django's settings name the login of a web process."""
    web_url(database_url)
    web = {**connection.settings_dict, "USER": WEB_LOGIN, "PASSWORD": WEB_LOGIN, "OPTIONS": {}}
    settings.OWNER_DATABASE = web


def test_a_web_process_does_not_start_as_a_superuser_and_says_what_to_do(database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url}
    start = subprocess.run(
        [sys.executable, "-c", "import clinic.asgi"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert start.returncode != 0
    assert "DATABASE_URL signs in to the database as clinic, a superuser; pages are not served so" in start.stderr
    assert "Make the roles with deploy/roles.sql" in start.stderr


def test_each_address_of_a_web_process_is_checked(sql: Sql, database_url: str, settings: Any) -> None:
    settings.LIVE_DATABASE_URL = database_url
    assert found() == [
        ("clinic.E003", "DATABASE_URL signs in to the database as clinic, a superuser."),
        ("clinic.E003", "LIVE_DATABASE_URL signs in to the database as clinic, a superuser."),
    ]


@pytest.mark.parametrize("name", ["DEMO", "DEBUG"])
def test_the_demonstration_and_development_may(sql: Sql, settings: Any, name: str) -> None:
    setattr(settings, name, True)
    assert found() == []


def test_a_database_that_does_not_answer_is_for_later(settings: Any) -> None:
    settings.LIVE_DATABASE_URL = "postgresql://nobody@127.0.0.1:1/clinic"
    assert [words for _number, words in found() if "LIVE" in words] == []


def test_an_owner_is_told_from_a_login_of_the_web(sql: Sql, database_url: str) -> None:
    name = f"owner_of_{sql.info.dbname}"
    sql.execute(f"create role {name}; grant clinic to {name}; set session authorization {name}")  # type: ignore[arg-type]
    assert owner.excess(sql) == f"{name}, who owns its tables"
    sql.execute(f"reset session authorization; drop role {name}")  # type: ignore[arg-type]
    with psycopg.connect(web_url(database_url)) as web:
        assert owner.excess(web) == ""


def test_migrate_signs_in_by_the_owners_address_and_what_comes_after_does_not(as_web: None) -> None:
    def login() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select session_user")
            return str(cursor.fetchone()[0])

    with owner.signed_in_as_owner():
        assert login() == WEB_LOGIN
    assert login() == "clinic"
