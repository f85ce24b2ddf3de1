"""Nobody folds: a million single-row changes by scripts while no part of the web application runs.

`python -m tests.soak.nobody_folds` (CHANGES=1000000). Prints what waits in the inbox and the slowest batch of commits;
fails when the inbox grows, when anybody waits a second for a lock, and when a number is off at the end.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import psycopg

import tests.environment  # noqa: F401  (starts PostgreSQL, before Django's settings are read)

import django  # isort: skip

django.setup()

from tests import services  # noqa: E402
from tests.repair.databases import made  # noqa: E402
from tests.sql.exactness import differences  # noqa: E402
from tests.sql.oracle import one_snapshot  # noqa: E402

CHANGES = int(os.environ.get("CHANGES", 1_000_000))
SCRIPTS = 4
LINES = 10
BATCH = 250
DELTAS_BETWEEN_FOLDS = 4096
WRITE = f"""
do $$
declare
    made bigint;
begin
    for i in 1..{BATCH} loop
        insert into booking (date) values (clock.today() + i % 3) returning id into made;
        commit;
        update booking set status = 'confirmed' where id = made;
        commit;
    end loop;
end
$$
"""
PENDING = """
select (select count(*) from stats.deltas_since(f.snapshot)), pg_total_relation_size('stats.delta') / 1e6
  from stats.last_fold() f
"""


@dataclass
class Load:
    """Scripts that share a number of changes; they fail rather than wait for a lock."""

    url: str
    left: int
    slowest: float = 0.0
    errors: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Make all changes, and raise what a script raised."""
        threads = [threading.Thread(target=self._script) for _ in range(SCRIPTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _script(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True, application_name="a script") as session:
                session.execute("set lock_timeout = '1s'")
                while self._takes_a_batch():
                    began = perf_counter()
                    session.execute(WRITE)
                    self.slowest = max(self.slowest, perf_counter() - began)
        except psycopg.Error as error:
            self.errors.append(error)

    def _takes_a_batch(self) -> bool:
        with self._lock:
            self.left -= 2 * BATCH
            return self.left >= 0


def main() -> None:
    """Write in ten parts, looking at the inbox after each."""
    with made(services.postgres_url(), "soak_nobody_folds") as url, psycopg.connect(url, autocommit=True) as watcher:
        watcher.execute("select stats.wake_up()")
        print(f"{'changes':>10}{'pending':>10}{'inbox':>12}{'slowest batch':>16}{'changes/s':>12}")
        for line in range(1, LINES + 1):
            load, began = Load(url, CHANGES // LINES), perf_counter()
            load.run()
            pending, megabytes = _inbox(watcher)
            rate = CHANGES / LINES / (perf_counter() - began)
            shown = f"{line * CHANGES // LINES:>10,}{pending:>10,}{megabytes:>9.1f} MB{load.slowest:>14.2f} s"
            print(f"{shown}{rate:>12,.0f}", flush=True)
            assert pending < 4 * DELTAS_BETWEEN_FOLDS, "the inbox grows though its writers fold"
        with one_snapshot(watcher):
            wrong = differences(watcher)
        assert not wrong, "\n".join(wrong)
    print("No script waited a second for a lock, the inbox stayed bounded, and all numbers are exact.")


def _inbox(watcher: psycopg.Connection[Any]) -> tuple[int, float]:
    row = watcher.execute(PENDING).fetchone()
    assert row is not None
    return int(row[0]), float(row[1])


if __name__ == "__main__":
    main()
