"""Databases of a test's own beside the one that all tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from clinic.embedded.postgres import bin_dir
from tests.web_server import ROOT

Sql = psycopg.Connection[Any]


def url_of(database_url: str, name: str) -> str:
    """Name another database of the same server."""
    return database_url.rsplit("/", 1)[0] + "/" + name


def template_of(database_url: str) -> str:
    """Name the copy of the test database as `migrate` made it."""
    return urlsplit(database_url).path.lstrip("/") + "_as_migrated"


def keep_as_template(database_url: str) -> None:
    """Copy the test database, which was just made and has no sessions, for those that are made from it."""
    template = template_of(database_url)
    with psycopg.connect(url_of(database_url, "postgres"), autocommit=True) as server:
        server.execute(f"drop database if exists {template}")  # type: ignore[arg-type]
        server.execute(f"create database {template} template {urlsplit(database_url).path.lstrip('/')}")  # type: ignore[arg-type]


@contextmanager
def made(database_url: str, name: str, *, migrated: bool = True) -> Iterator[str]:
    """Make a database, migrated unless told otherwise; drop it afterwards."""
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"drop database if exists {name} with (force)")  # type: ignore[arg-type]
        known = server.execute("select from pg_database where datname = %s", [template_of(database_url)]).fetchone()
        is_copied = migrated and known is not None
        template = f" template {template_of(database_url)}" if is_copied else ""
        server.execute(f"create database {name}{template}")  # type: ignore[arg-type]
        url = url_of(database_url, name)
        try:
            if migrated and not is_copied:
                environment = {**os.environ, "DATABASE_URL": url}
                subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
            yield url
        finally:
            server.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]


def program(name: str, *arguments: str) -> bytes:
    """Run one of PostgreSQL's programs; returns what it printed."""
    return subprocess.run([str(bin_dir() / name), *arguments], check=True, capture_output=True).stdout


def value(sql: Sql, key: str) -> str:
    """Read one of the metrics."""
    row = sql.execute("select value::text from stats.current where key = %s", [key]).fetchone()
    assert row
    return str(row[0])
