"""Run the benchmarks: `make bench` writes docs/benchmarks.md; `make bench ARGS="write_path --quick"` prints some rows.

`--keep` puts the figures of the rows that were run into docs/benchmarks.md beside those that are there.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from time import perf_counter

from tests.benchmarks import database, report
from tests.benchmarks.harness import Figure, Size

COMPARED = (
    "write_path",
    "usual_ways",
    "bulk",
    "reading",
    "latency",
    "fan_out",
    "crowd",
    "herd",
    "idle",
    "export",
    "pages",
)
"""Modules that give figures with goals, in the order of the table."""

PRINTED = {"lists": "lists", "horizon": "held_horizon", "rings": "rings"}
"""Modules that print what they find, run when asked for."""


def main() -> None:
    """Measure what was asked for and print each figure as soon as it is known."""
    asked = _arguments()
    rows = asked.rows or COMPARED
    database.start_server()
    database.point_django_at_it()
    machine = report.machine()
    print(machine)
    keeps = asked.keep or not (asked.rows or asked.quick)
    for row in rows:
        began = perf_counter()
        print(f"\n== {row}", flush=True)
        with database.fresh_database():
            figures = _measure(row, Size(asked.quick))
        print(f"{row}: {perf_counter() - began:.0f} s", flush=True)
        if keeps and row in COMPARED:
            report.keep(machine, row, figures, COMPARED)


def _measure(row: str, size: Size) -> list[Figure]:
    module = import_module(f"tests.benchmarks.{PRINTED.get(row, row)}")
    if row in PRINTED:
        module.measure()
        return []
    figures = []
    for figure in module.measure(size):
        print(report.line(figure), flush=True)
        figures.append(figure)
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    names = (*COMPARED, *PRINTED)
    parser.add_argument("rows", nargs="*", choices=(*names, []), metavar="ROW", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--keep", action="store_true", help="write the figures into docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
