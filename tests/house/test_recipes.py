"""What docs/recipes.md tells a newcomer to do is done here, on a copy of the repository and a database of its own."""

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
from django.conf import settings

from tests.repair.databases import made

ROOT = Path(settings.BASE_DIR)
STEP = re.compile(
    r"(?:In|A new file) `(?P<file>[^`]+)`(?:, (?P<how>before|after|instead of) `(?P<where>[^`]+)`)?:\n\n"
    r"```\w+\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
STEPS = list(STEP.finditer((ROOT / "docs" / "recipes.md").read_text()))


def follow(copy: Path, step: re.Match[str]) -> None:
    """Carry out one step of a recipe: a new file, or some text before, after or instead of what stands there."""
    file, text = copy / step["file"], step["text"]
    if step["how"] is None:
        assert not file.exists(), f"{step['file']} is there already"
        file.write_text(text)
        return
    lines = file.read_text().splitlines(keepends=True)
    place = next((n for n, line in enumerate(lines) if step["where"] in line), None)
    assert place is not None, f"{step['file']} has no line with {step['where']}"
    if step["how"] == "instead of":
        lines[place] = lines[place].replace(step["where"], text.rstrip("\n"))
    else:
        lines.insert(place + (step["how"] == "after"), text)
    file.write_text("".join(lines))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> dict[str, Any]:
    """Return what the application answers where all recipes were followed."""
    copy = tmp_path_factory.mktemp("recipes") / "clinic-pulse"
    for folder in ("clinic", "sql", "static", "templates"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for step in STEPS:
        follow(copy, step)
    program = [sys.executable, str(ROOT / "tests" / "house" / "following.py")]
    with made(database_url, "recipes", migrated=False) as url:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "PYTHONPATH": str(copy),
            "CLINIC_VAR": str(copy / "var"),
        }
        done = subprocess.run(program, cwd=copy, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def tile(html: str, metric: str) -> str:
    """Return the value that a tile shows."""
    found = re.search(rf'data-metric="{metric}"[^>]*?data-value="([^"]*)"', html)
    return found[1] if found else ""


def test_no_step_of_a_recipe_is_overlooked() -> None:
    text = (ROOT / "docs" / "recipes.md").read_text()
    assert len(STEPS) == text.count("\n```") // 2


def test_the_copy_needs_no_further_migration(followed: dict[str, Any]) -> None:
    assert followed["migrations"] == ["No", "changes", "detected"]


def test_the_new_metric_is_counted_exactly_and_has_a_tile(followed: dict[str, Any]) -> None:
    assert followed["numbers"]["bookings_declined"] == "1"
    assert followed["off"] == 0
    assert tile(followed["dashboard"], "bookings_declined") == "1"
    assert tile(followed["dashboard"], "patients_total") == "2"


def test_the_new_column_is_in_form_page_file_and_merge(followed: dict[str, Any]) -> None:
    assert 'name="preferred_name"' in followed["form"]
    assert "<dt>Preferred name</dt><dd>Ada</dd>" in followed["page"]
    assert '"Preferred name"' in followed["csv"].splitlines()[0]
    assert '"Ada"' in followed["csv"]
    assert re.search(r"Preferred name</th>\s*<td>[^<A]*</td>\s*<td>Ada</td>\s*<td>Ada</td>", followed["merge"])


def test_the_new_screen_shows_its_rows(followed: dict[str, Any]) -> None:
    assert '<h1 class="head__title">Declined</h1>' in followed["screen"]
    assert "Babbage" in followed["screen"]


def test_the_live_list_names_its_tables_and_is_answered_alone(followed: dict[str, Any]) -> None:
    assert 'hx-get="/bookings/declined/"' in followed["screen"]
    assert re.search(r'data-live="booking patient"', followed["screen"])
    assert "Babbage" in followed["fragment"]
    assert "<html" not in followed["fragment"]


def test_all_that_depends_on_the_heartbeat_follows_it(followed: dict[str, Any]) -> None:
    assert followed["pace"] == {"heartbeat": 10.0, "hub": 13.0, "silence": 24.0, "stuck": 60.0}
    assert re.search(r'data-heartbeat="10(\.0)?"\s+data-silence="24(\.0)?"', followed["dashboard"])
