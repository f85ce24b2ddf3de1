"""The table of figures: printed while it is measured, kept in docs/benchmarks.md with a chart.

The page's words are written by hand; only what stands between its two marks is replaced.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks import chart
from tests.benchmarks.database import ROOT, connect
from tests.benchmarks.harness import Figure, Goal

PAGE = ROOT / "docs" / "benchmarks.md"
DATA = ROOT / "docs" / "benchmarks.json"
CHART = ROOT / "docs" / "images" / "benchmarks.svg"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
HEADINGS = {
    "write_path": "What counting costs writers",
    "usual_ways": "The usual ways of counting",
    "bulk": "Imports",
    "reading": "Reading the nineteen numbers",
    "latency": "From commit to browser",
    "fan_out": "CPU of one delivery",
    "crowd": "Many sockets on one process",
    "herd": "A thousand pages that ask again",
    "idle": "Idle",
    "export": "Lists as files",
    "pages": "Pages for many readers",
}
WORDS = {None: "", True: "holds", False: "**does not hold**"}


def machine() -> str:
    """Say what the figures were measured on, without naming the machine."""
    with connect(dbname="postgres") as connection:
        server = connection.execute("show server_version").fetchone()
    versions = f"PostgreSQL {server and str(server[0]).split()[0]}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), Linux {platform.release().split('-')[0]}, {versions}"


def line(figure: Figure) -> str:
    """Write a figure as one line."""
    return " | ".join(filter(None, _cells(figure))).replace("**", "")


def keep(machine: str, row: str, figures: Sequence[Figure], order: Sequence[str]) -> None:
    """Put a row's figures into the page and its chart, beside those of other rows measured before."""
    rows = kept()
    rows[row] = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
    DATA.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    write(rows, order, PAGE, CHART)


def kept() -> dict[str, Any]:
    """Read the figures that the page shows, by row."""
    return dict(json.loads(DATA.read_text())) if DATA.exists() else {}


def write(rows: Mapping[str, Any], order: Sequence[str], page: Path, picture: Path) -> None:
    """Write the page's tables and the chart."""
    tables = []
    drawn: list[Figure] = []
    for row in filter(rows.__contains__, order):
        figures = [figure(values) for values in rows[row]["figures"]]
        drawn += figures
        tables += [f"### {HEADINGS[row]}", "", f"Measured on {rows[row]['machine']}.", "", *_table(figures), ""]
    text = re.sub(f"{BEGIN}.*{END}", lambda _: "\n".join([BEGIN, "", *tables, END]), page.read_text(), flags=re.DOTALL)
    page.write_text(text)
    with_multiples = [each for each in drawn if each.goal and each.goal.number]  # nought has none
    picture.write_text(chart.draw(with_multiples))


def _table(figures: Sequence[Figure]) -> list[str]:
    head = ["| what | against | median (spread) | goal | | behind it |", "|---|---|---|---|---|---|"]
    return head + ["| " + " | ".join(_cells(each)) + " |" for each in figures]


def _cells(figure: Figure) -> tuple[str, ...]:
    goal = f"{'≤' if figure.goal.is_ceiling else '≥'} {number(figure.goal.number)}" if figure.goal else ""
    spread = f"{number(min(figure.values))} to {number(max(figure.values))}"
    claim = f"{number(figure.value)} {figure.unit}" + (f" ({spread})" if len(figure.values) > 1 else "")
    return (figure.what, figure.against, claim, goal, WORDS[figure.holds], figure.reading)


def number(value: float) -> str:
    """Write a number with three figures that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def figure(values: Mapping[str, Any]) -> Figure:
    """Make a figure of what `asdict` gave."""
    goal = values["goal"]
    return Figure(**{**values, "goal": Goal(**goal) if goal else None})
