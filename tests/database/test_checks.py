"""What `manage.py check --database default` says of a database's encoding and locale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import psycopg
import pytest

from tests.web_server import ROOT

SOURCES = ROOT / "clinic"


def check(sql: psycopg.Connection[Any], database_url: str, options: str) -> str:
    """Check a new database made with some options, as a deployment does; returns what is printed."""
    sql.execute(f"create database letters template template0 {options}")  # type: ignore[arg-type]
    url = database_url.rpartition("/")[0] + "/letters"
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    try:
        environment = {**os.environ, "DATABASE_URL": url, "LIVE_RELAY": "0"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    finally:
        sql.execute("drop database letters")
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("encoding 'SQL_ASCII' locale 'C'", "(clinic.E002) The database keeps its texts in SQL_ASCII; names beyond it"),
        ("encoding 'UTF8' locale 'C'", "(clinic.W005) The database's locale knows no letters beyond ASCII"),
    ],
)
def test_a_database_that_cannot_keep_or_find_all_names_is_told(
    sql: psycopg.Connection[Any], database_url: str, options: str, words: str
) -> None:
    told = check(sql, database_url, options)
    assert words in told
    assert "HINT: Create it with" in told


def test_a_database_as_the_readme_makes_it_is_well(sql: psycopg.Connection[Any], database_url: str) -> None:
    told = check(sql, database_url, "encoding 'UTF8' locale 'C.UTF-8'")
    assert "E002" not in told
    assert "W005" not in told


def test_each_check_has_a_number_of_its_own() -> None:
    numbers = Counter(
        number for path in SOURCES.rglob("*.py") for number in re.findall(r'id="(clinic\.[EW]\d+)"', path.read_text())
    )
    assert len(numbers) >= 8
    assert [number for number, times in numbers.items() if times > 1] == []
