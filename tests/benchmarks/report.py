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
    "idle": "At rest",
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


def keep(machine: str, figures: Mapping[str, Sequence[Figure]], order: Sequence[str]) -> None:
    """Put figures into the page and its chart, beside those of other rows measured before."""
    kept = json.loads(DATA.read_text()) if DATA.exists() else {}
    for row, measured in figures.items():
        kept[row] = {"machine": machine, "figures": [asdict(figure) for figure in measured]}
    DATA.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    write(kept, order, PAGE, CHART)


def write(kept: Mapping[str, dict[str, object]], order: Sequence[str], page: Path, picture: Path) -> None:
    """Write the page's tables and the chart."""
    tables = []
    drawn: list[Figure] = []
    for row in filter(kept.__contains__, order):
        figures = [_figure(values) for values in kept[row]["figures"]]  # type: ignore[attr-defined]
        drawn += figures
        tables += [f"### {HEADINGS[row]}", "", f"Measured on {kept[row]['machine']}.", "", *_table(figures), ""]
    text = re.sub(f"{BEGIN}.*{END}", lambda _: "\n".join([BEGIN, "", *tables, END]), page.read_text(), flags=re.DOTALL)
    page.write_text(text)
    picture.write_text(chart.draw([figure for figure in drawn if figure.goal]))


def _table(figures: Sequence[Figure]) -> list[str]:
    head = ["| what | against | median (spread) | goal | | behind it |", "|---|---|---|---|---|---|"]
    return head + ["| " + " | ".join(_cells(figure)) + " |" for figure in figures]


def _cells(figure: Figure) -> tuple[str, ...]:
    goal = f"{'≤' if figure.goal.is_ceiling else '≥'} {number(figure.goal.number)}" if figure.goal else ""
    spread = f"{number(min(figure.values))} to {number(max(figure.values))}"
    claim = f"{number(figure.value)} {figure.unit}" + (f" ({spread})" if len(figure.values) > 1 else "")
    return (figure.what, figure.against, claim, goal, WORDS[figure.holds], figure.reading)


def number(value: float) -> str:
    """Write a number with three figures that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _figure(values: dict[str, object]) -> Figure:
    goal = values.pop("goal")
    return Figure(**values, goal=Goal(**goal) if isinstance(goal, dict) else None)  # type: ignore[arg-type]
