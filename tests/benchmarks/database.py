"""The benchmarks' own PostgreSQL, durable as in production, and a migrated database for each row of the table."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from clinic.embedded.postgres import DURABLE
from tests import services
from tests.repair.databases import url_of

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    **DURABLE,
    "shared_buffers": "1GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
}
"""The product's own settings; checkpoints are made between measurements and not during one."""

NAME, TEMPLATE = "bench", "bench_migrated"
Connection = psycopg.Connection[Any]


def start_server(options: Mapping[str, str] = SETTINGS) -> None:
    """Start PostgreSQL for this run, unless `TEST_DATABASE_URL` names one; what follows sees database `bench`."""
    services.FAST = options
    os.environ["TEST_DATABASE_URL"] = url_of(services.postgres_url(), NAME)


def point_django_at_it() -> None:
    """Set Django up in this process, on the benchmarks' database."""
    import tests.environment  # noqa: F401, I001
    import django

    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()


def connect(**options: Any) -> Connection:
    """Open an autocommit session on the database of the present row."""
    options = {"autocommit": True, "application_name": "bench", **options}
    return psycopg.connect(os.environ["TEST_DATABASE_URL"], **options)


@contextmanager
def fresh_database(name: str = NAME) -> Iterator[str]:
    """Yield the URL of an empty, migrated database, which is thrown away afterwards."""
    url = url_of(os.environ["TEST_DATABASE_URL"], name)
    with psycopg.connect(url_of(url, "postgres"), autocommit=True) as server:
        if not server.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            server.execute(_named("create database {}", TEMPLATE))
            _migrate(url_of(url, TEMPLATE))
        server.execute(_named("drop database if exists {} with (force)", name))
        server.execute(_named("create database {} template {}", name, TEMPLATE))
        try:
            yield url
        finally:
            if settings.configured:
                connections.close_all()  # or the next row would find them cut
            server.execute(_named("drop database {} with (force)", name))


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]


def _migrate(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "a key for benchmarks only, secret from nobody"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)


def set_triggers(connection: Connection, *tables: str, on: bool, prefix: str = "") -> None:
    """Switch the product's triggers of some tables (all by default) off, or on as they are installed."""
    triggers = connection.execute(
        """select tgrelid::regclass::text, tgname from pg_trigger
            where not tgisinternal and starts_with(tgname, %(prefix)s)
              and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
              and (cardinality(%(tables)s::text[]) = 0 or tgrelid::regclass::text = any (%(tables)s::text[]))""",
        {"prefix": prefix, "tables": list(tables)},
    ).fetchall()
    for table, name in triggers:
        connection.execute(f'alter table {table} {_installed(name) if on else "disable"} trigger "{name}"')


def _installed(trigger: str) -> str:
    """How the SQL files enable a trigger of that name."""
    if trigger == "track_replicated":
        return "enable replica"
    return "enable" if trigger.startswith(("guard_", "stamp_")) else "enable always"
