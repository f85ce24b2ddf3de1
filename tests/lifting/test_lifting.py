"""`live`, `stats` and `database` are lifted into another project, of which the clinic knows nothing, and work there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings

from tests.repair.databases import made
from tests.web_server import ROOT

PROJECT = Path(__file__).parent / "project"
PACKAGES = ("database", "stats", "live")
MODULES = ("__init__.py", "errors.py", "money.py")
CORE = sorted((ROOT / "sql").glob("[01]*.sql"))
"""Files below 200 count any project's tables; the clinic's own begin there."""

NOUNS = (
    *("patient", "practitioner", "service", "booking", "medical_record", "bill", "payment", "inventory_item"),
    *("stock_movement", "prescription", "working_hours", "blocked_day", "day_close", "amount_paid", "clinic_app"),
)


def lift(folder: Path) -> None:
    """Copy what is lifted beside what the project has of its own."""
    shutil.copytree(PROJECT, folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / "clinic" / package, folder / "clinic" / package)
    for module in MODULES:
        shutil.copy(ROOT / "clinic" / module, folder / "clinic" / module)
    for file in CORE:
        shutil.copy(file, folder / "sql" / file.name)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> dict[str, Any]:
    """Return what the other project counted and sent."""
    folder = tmp_path_factory.mktemp("lifted") / "project"
    lift(folder)
    with made(database_url, "lifted", migrated=False) as url:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        environment |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "library.settings"}
        for words in (["-m", "django", "migrate", "-v0", "--pythonpath=."], ["follow.py"]):
            command = [sys.executable, *words]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_else_of_the_clinic_was_there(told: dict[str, Any]) -> None:
    assert told["packages"] == ["database", "errors", "live", "money", "stats"]


def test_its_numbers_are_exact_after_a_scripts_statements_and_a_rollback(told: dict[str, Any]) -> None:
    assert told["before"] == {"books_total": "3", "loans_out": "1", "fees_total": "3.75"}
    assert told["after"] == {"books_total": "2", "loans_out": "3", "fees_total": "21.50"}
    assert told["emptied"] == {"books_total": "0", "loans_out": "0", "fees_total": "0.00"}


def test_a_change_reached_its_socket_as_a_frame_in_words_and_by_topic(told: dict[str, Any]) -> None:
    assert told["texts"] == {"books_total": "2", "loans_out": "3", "fees_total": "€21.50"}
    assert told["topics"] == ["book", "loan"]


def test_a_reader_with_fewer_rights_was_sent_fewer_numbers_and_topics(told: dict[str, Any]) -> None:
    assert told["shelves"] == {"books_total": 2}
    assert told["shelves_heard"] == ["book"]


def test_its_counters_equal_a_recount_and_its_check_up_found_nothing_off(told: dict[str, Any]) -> None:
    assert told["off"] == []
    assert told["found"] == [[]]
    assert told["days"] == [3]


def test_its_stamped_rows_know_who_wrote_them(told: dict[str, Any]) -> None:
    assert told["changed_by"] == [["a script (clinic)"]]


def test_its_settings_are_all_that_the_packages_ask_for() -> None:
    sources = [path for package in PACKAGES for path in (ROOT / "clinic" / package).rglob("*.py")]
    asked = {name for path in sources for name in re.findall(r"\bsettings\.([A-Z_]+)", path.read_text())}
    given = set(re.findall(r"[A-Z_]{3,}(?= =)", (PROJECT / "library" / "settings.py").read_text()))
    assert {name for name in asked - given if not hasattr(global_settings, name)} == set()


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.name)
def test_sql_below_200_names_no_table_of_the_clinic(file: Path) -> None:
    assert re.findall(rf"\b(?:{'|'.join(NOUNS)})s?\b", file.read_text()) == []


def test_sql_from_200_on_is_the_clinics_and_numbers_rise_in_tens() -> None:
    numbers = [int(file.name[:3]) for file in sorted((ROOT / "sql").glob("*.sql"))]
    assert numbers == [*range(0, 171, 10), *range(210, 281, 10)]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_lifted_package_names_no_noun_of_the_clinic(package: str) -> None:
    named = {
        (path.name, noun)
        for path in (ROOT / "clinic" / package).rglob("*.py")
        for noun in re.findall(rf"(?i)\b(?:{'|'.join(NOUNS)})s?\b", path.read_text())
    }
    assert named == set()
