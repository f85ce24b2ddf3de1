"""What is counted and logged stands in `docs/events.md`; dashboard and alerts ask for what is counted."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from clinic.operations.metrics import Scrape
from clinic.serving import measure

LEVELS = {"exception": "error", "log": "warning or error"}
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


def samples() -> set[str]:
    """Name all that a query may ask for, once there was a request."""
    measure.requests.labels("a view", "200")
    measure.seconds.labels("a view")
    families = text_string_to_metric_families(Scrape({}).text().decode())
    return {"up"} | {name for each in families for name in (each.name, *(sample.name for sample in each.samples))}


def queries() -> Iterator[str]:
    """Return what dashboard and alerts ask Prometheus."""
    for panel in json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


async def test_dashboard_and_alerts_ask_for_nothing_that_is_not_told() -> None:
    known = {re.sub("_total$", "", name) for name in samples()}
    asked = {name for query in queries() for name in re.findall(r"\b(?:clinic_[a-z_]+|process_[a-z_]+|up)\b", query)}
    assert len(asked) > 20
    assert {name for name in asked if re.sub("_total$", "", name) not in known} == set()


def logged() -> Iterator[tuple[str, str]]:
    """Return each line that the product logs, with dots where values stand, and its level."""
    for path in (ROOT / "clinic").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "logger"), attr=attr), args=args) if (
                    attr != "debug"
                ):
                    words = ast.literal_eval(args[attr == "log"])
                    yield re.sub(r"%(?:\.\d)?[a-z]", "…", words), LEVELS.get(attr, attr)


def test_each_line_of_the_log_is_explained_and_no_line_that_is_not_logged() -> None:
    explained = re.findall(r"^\| `([^`]+)` \| (info|warning|error|warning or error) \|", EVENTS, re.MULTILINE)
    assert sorted(explained) == sorted(set(logged()))
