"""Installing beside writers: eight of them go on while changed SQL is applied, and triggers replaced.

`python -m tests.soak.installation` (RUNS=3). Prints how long each installation took and the longest time that one
of the writers waited; fails when a writer fails, when it takes long, and when a number is off at the end.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from time import perf_counter

import psycopg

import tests.environment  # noqa: F401  (starts PostgreSQL, before Django's settings are read)

import django  # isort: skip

django.setup()

from dj_database_url import parse  # noqa: E402
from django.db import connection  # noqa: E402

from clinic.database import installer  # noqa: E402
from tests import services  # noqa: E402
from tests.repair.databases import made  # noqa: E402
from tests.sql.exactness import differences  # noqa: E402
from tests.sql.oracle import one_snapshot  # noqa: E402

ADDRESS = {"HOST", "PORT", "NAME", "USER", "PASSWORD"}
RUNS = int(os.environ.get("RUNS", 3))
WRITERS = 8
PAUSE_SECONDS = 0.1
LONGEST_SECONDS, LONGEST_STALL_SECONDS = 10.0, 0.3
TABLES = ("booking", "patient", "bill", "payment", "inventory_item")
WRITE = (
    "insert into booking (date, patient_name) values (clock.today(), 'Ada')",
    "update inventory_item set reorder_level = reorder_level + 1 where id = {n}",
    "update patient set notes = notes || '.' where id = {n}",
    "insert into bill (patient_id, service_fee) values ({n}, 10)",
)
ROWS = """
insert into patient (id, first_name) select g, 'Ada' from generate_series(1, 8) g;
insert into inventory_item (id, name) select g, 'Swabs ' || g from generate_series(1, 8) g;
"""


@dataclass
class Writers:
    """Sessions that commit short transactions until they are stopped."""

    url: str
    longest: float = 0.0
    errors: list[psycopg.Error] = field(default_factory=list)
    _enough: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Writers:
        self._threads = [threading.Thread(target=self._write, args=[n]) for n in range(1, WRITERS + 1)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _write(self, n: int) -> None:
        turned = WRITE[n % 4 :] + WRITE[: n % 4]  # each in another order, so that two may wait for each other
        with psycopg.connect(self.url, application_name="a writer") as session:
            while not self._enough.wait(PAUSE_SECONDS):
                began = perf_counter()
                try:
                    for statement in turned:
                        session.execute(statement.format(n=n))
                    session.commit()
                except psycopg.Error as error:
                    self.errors.append(error)
                    session.rollback()
                self.longest = max(self.longest, perf_counter() - began)


def main() -> None:
    """Install beside writers, some times."""
    with made(services.postgres_url(), "soak_installation") as url, psycopg.connect(url, autocommit=True) as watcher:
        connection.settings_dict.update({name: value for name, value in parse(url).items() if name in ADDRESS})
        watcher.execute(ROWS)
        with Writers(url) as alone:
            threading.Event().wait(5)
        print(f"without an installation: {alone.longest:.3f} s")
        print(f"{'run':>4}{'seconds':>10}{'longest stall':>16}{'errors':>8}")
        for run in range(RUNS):
            for table in TABLES:
                watcher.execute(f"alter table {table} enable trigger track_truncated")
            watcher.execute("update stats.installed set checksum = 'another'")
            with Writers(url) as writers:
                began = perf_counter()
                installer.install()
                took = perf_counter() - began
            print(f"{run + 1:>4}{took:>10.2f}{writers.longest:>14.3f} s{len(writers.errors):>8}", flush=True)
            assert not writers.errors, writers.errors[0]
            assert took < LONGEST_SECONDS, "it was not applied in time"
            assert writers.longest < LONGEST_STALL_SECONDS, "a writer was stalled"
        connection.close()
        with one_snapshot(watcher):
            wrong = differences(watcher)
        assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    main()
