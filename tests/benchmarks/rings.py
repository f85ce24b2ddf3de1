"""How often the bell rings: `python -m tests.benchmarks rings` (SECONDS=10).

Writers commit one row each as fast as they can, or with pauses; beside commits and looks of the relay, the NOTIFYs.
"""

from __future__ import annotations

import os
import threading
from time import monotonic

import psycopg

from tests import services
from tests.benchmarks.background_relay import BackgroundRelay
from tests.benchmarks.harness import side_by_side

SECONDS = float(os.environ.get("SECONDS", 10))
LOADS = ((1, 0.0), (4, 0.0), (16, 0.0), (4, 0.02), (1, 0.2))
WRITE = "insert into patient (first_name) values ('N')"


def measure() -> None:
    """Print a line for each load."""
    print(f"{'writers':>8}{'pause':>9}{'commits':>10}{'looks':>8}{'rings':>8}   rings per 1,000 commits")
    for writers, pause in LOADS:
        with BackgroundRelay() as relay, psycopg.connect(services.postgres_url(), autocommit=True) as ear:
            ear.execute("listen stats_bell")
            looks = relay.relay.looks
            commits = _load(writers, pause)
            ear.execute("select")
            rings = len(list(ear.notifies(timeout=0)))
            looks = relay.relay.looks - looks
        print(f"{writers:>8}{pause:>7.2f} s{commits:>10,}{looks:>8,}{rings:>8,}{1000 * rings / commits:>12.1f}")


def _load(writers: int, pause: float) -> int:
    """Commit for a while; returns how many commits there were."""
    counts = [0] * writers
    ends = monotonic() + SECONDS

    def write(number: int) -> None:
        with psycopg.connect(services.postgres_url(), autocommit=True, application_name="bench") as session:
            while monotonic() < ends:
                session.execute(WRITE)
                counts[number] += 1
                if pause:
                    threading.Event().wait(pause)

    side_by_side(write, writers)
    return sum(counts)
