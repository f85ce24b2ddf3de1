"""Sessions that commit one booking each at a pace: `python -m tests.benchmarks.writers SECONDS PER_SECOND FILE`.

A process of its own, so that it does not hold up who measures; it leaves the moment of each commit in the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, sleep

from tests.benchmarks.database import connect
from tests.benchmarks.harness import side_by_side

BOOK = "insert into booking (date, patient_name) values (current_date, 'Ada')"
SESSIONS = 4


def write(seconds: float, commits_per_second: float) -> list[float]:
    """Commit for a while; returns the moments, which all processes of this machine count alike."""
    committed_at: list[float] = []
    begins = perf_counter() + 0.2
    pause = SESSIONS / commits_per_second

    def work(number: int) -> None:
        due = begins + pause * number / SESSIONS
        with connect() as session:
            while due < begins + seconds:
                sleep(max(0.0, due - perf_counter()))
                session.execute(BOOK)
                committed_at.append(perf_counter())
                due += pause

    side_by_side(work, SESSIONS)
    return sorted(committed_at)


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(json.dumps(write(float(sys.argv[1]), float(sys.argv[2]))))
