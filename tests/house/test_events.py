"""What is counted stands in `docs/events.md`, each metric in one line, and what is told there is counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from clinic.operations.metrics import Scrape

ROOT = Path(settings.BASE_DIR)
EVENTS = (ROOT / "docs" / "events.md").read_text()


@pytest.fixture
async def told() -> set[str]:
    """The metrics of a process to which nothing has happened yet, as counters are written in queries."""
    families = list(text_string_to_metric_families(Scrape({}).text().decode()))
    return {each.name + ("_total" if each.type == "counter" else "") for each in families}


async def test_each_metric_stands_in_one_line_and_no_line_is_of_none(told: set[str]) -> None:
    lines = re.findall(r"^\| `(clinic_\w+)` \|", EVENTS, re.MULTILINE)
    assert sorted(lines) == sorted(name for name in told if name.startswith("clinic_"))
    named = set(re.findall(r"`((?:clinic|process)_[a-z_]+)`", EVENTS))
    assert named <= told
