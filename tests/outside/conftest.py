"""What an outside writer has: a login of its own, a folder of files, a command line."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from tests.waiting import until

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "import_synthea.py"
CLERK = "test_import_clerk"


def run_script(folder: Path, url: str | None) -> subprocess.CompletedProcess[str]:
    """Run the import as its user does; the environment names no database."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [sys.executable, "-W", "error", str(SCRIPT), str(folder), *(["--url", url] if url else [])]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def load_script() -> ModuleType:
    """Load the script as a module, to call it many times without starting Python each time."""
    spec = importlib.util.spec_from_file_location("import_synthea", SCRIPT)
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def clinic_in_utc(sql: psycopg.Connection[Any]) -> Iterator[None]:
    """Let the clinic be where the moments of the files fall on the days that the expectations were counted for."""
    row = sql.execute("select pg_get_functiondef('clock.time_zone'::regproc)").fetchone()
    assert row is not None
    sql.execute(row[0].replace(settings.CLINIC_TIME_ZONE, "UTC"))
    yield
    sql.execute(row[0])


@pytest.fixture
def clerk_url(sql: psycopg.Connection[Any], database_url: str) -> Iterator[str]:
    """The URL of a login that is a member of clinic_import and nothing else."""
    sql.execute(f"drop role if exists {CLERK}")
    sql.execute(f"create role {CLERK} login password 'clerk' in role clinic_import")
    place = urlsplit(database_url)
    yield f"postgresql://{CLERK}:clerk@{place.hostname}:{place.port}{place.path}"
    # A session's temporary tables go a moment after its client.
    query = "select not exists (select from pg_stat_activity where usename = %s)"
    until(lambda: sql.execute(query, [CLERK]).fetchone() == (True,), what="the end of the clerk's sessions")
    sql.execute(f"drop role {CLERK}")
