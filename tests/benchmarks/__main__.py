"""Run the benchmarks: `make bench`, or some of them: `make bench ARGS=lists`."""

from __future__ import annotations

import platform
import sys

import tests.environment  # noqa: F401  (starts PostgreSQL, before Django's settings are read)

import django  # isort: skip

django.setup()

from tests.benchmarks import bulk_copy, held_horizon, lists, rings  # noqa: E402
from tests.benchmarks.database import fresh_database  # noqa: E402

BENCHMARKS = {
    "copy": bulk_copy.measure,
    "lists": lists.measure,
    "horizon": held_horizon.measure,
    "rings": rings.measure,
}

print(f"{platform.machine()}, Python {platform.python_version()}")
for name in sys.argv[1:] or BENCHMARKS:
    print(f"\n== {name}")
    with fresh_database():
        BENCHMARKS[name]()
