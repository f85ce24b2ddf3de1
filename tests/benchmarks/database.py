"""A migrated database of the benchmarks' own, on a PostgreSQL that is started for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests import services

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def fresh_database() -> Iterator[str]:
    """Give the URL of an empty, migrated database; it goes with its server when the run ends."""
    url = services.postgres_url()
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "a key for benchmarks only"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    yield url


def set_triggers(connection: psycopg.Connection[Any], table: str, *, on: bool, prefix: str = "") -> None:
    """Switch the product's triggers of a table off, or on as they are installed."""
    triggers = connection.execute(
        "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal and starts_with(tgname, %s)",
        [table, prefix],
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f'alter table {table} {_installed(name) if on else "disable"} trigger "{name}"')


def _installed(trigger: str) -> str:
    """How the SQL files enable a trigger of that name."""
    if trigger == "track_replicated":
        return "enable replica"
    return "enable" if trigger.startswith(("guard_", "stamp_")) else "enable always"
