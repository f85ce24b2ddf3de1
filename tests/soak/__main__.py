"""Soak the counting: `make soak` (SECONDS=300, SESSIONS=32)."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import tests.environment  # noqa: F401  (starts PostgreSQL, before Django's settings are read)

import django  # isort: skip

django.setup()

import psycopg  # noqa: E402

from tests.benchmarks.bulk_copy import CountingRelay  # noqa: E402
from tests.benchmarks.database import fresh_database, set_triggers  # noqa: E402
from tests.concurrency.test_stress import STATEMENTS  # noqa: E402
from tests.conftest import COUNTED  # noqa: E402
from tests.sql.exactness import differences  # noqa: E402
from tests.sql.oracle import Session, one_snapshot  # noqa: E402
from tests.sql.playing import ISOLATION_LEVELS  # noqa: E402
from tests.sql.seed import SEED  # noqa: E402

SECONDS = float(os.environ.get("SECONDS", 300))
SESSIONS = int(os.environ.get("SESSIONS", 32))
KEEPERS = ("select stats.fold()", "select stats.fold()", "select stats.rebuild()", "select stats.make_check_up()")
EXPECTED = (psycopg.errors.IntegrityError, psycopg.errors.SerializationFailure, psycopg.OperationalError)
CHANCE_OF_DEATH_SECONDS = 0.5


@dataclass
class Load:
    """Sessions that write at random until it is over, and what happened to them."""

    url: str
    outcomes: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def run(self, work: Callable[[Session, random.Random], None], seed: int) -> None:
        """Repeat some work on a session of its own, which is opened again when somebody terminates it."""
        self._threads.append(threading.Thread(target=self._repeat, args=[work, seed]))
        self._threads[-1].start()

    def _repeat(self, work: Callable[[Session, random.Random], None], seed: int) -> None:
        chance = random.Random(seed)
        while not self.is_over.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True, application_name="soak") as session:
                    while not self.is_over.is_set():
                        self._once(work, session, chance)
            except psycopg.OperationalError:
                self.outcomes["connection terminated"] += 1

    def _once(self, work: Callable[[Session, random.Random], None], session: Session, chance: random.Random) -> None:
        try:
            work(session, chance)
            self.outcomes["done"] += 1
        except EXPECTED as error:
            if session.closed:
                raise
            self.outcomes[type(error).__name__] += 1
            session.execute("rollback")

    def end(self) -> None:
        """Let all finish what they are at."""
        self.is_over.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a session hangs"


def write(session: Session, chance: random.Random) -> None:
    """Carry out one transaction of a few statements at a random isolation level."""
    session.execute(f"begin isolation level {chance.choice(ISOLATION_LEVELS)}")
    for _ in range(chance.randint(1, 4)):
        session.execute(chance.choice(STATEMENTS).format(n=chance.randint(1, 6)))
    session.execute(chance.choice(["commit", "commit", "commit", "rollback"]))


def terminate_somebody(session: Session, chance: random.Random) -> None:
    """End one random backend of the load, or the relay's."""
    session.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        " and application_name in ('soak', 'clinic-pulse relay') and pid <> pg_backend_pid() order by random() limit 1"
    )
    time.sleep(CHANCE_OF_DEATH_SECONDS)


def soak(url: str, seconds: float, *, counting: bool) -> tuple[Counter[str], int]:
    """Run the load; with counting also everything that reads, folds, mends and kills. Gives outcomes and checks."""
    load, checks = Load(url), 0
    with psycopg.connect(url, autocommit=True) as watcher:
        for table in COUNTED.split(", "):
            set_triggers(watcher, table, on=counting, prefix="track_")
        watcher.execute("select stats.rebuild()")
        for number in range(SESSIONS):
            load.run(write, number)
        house = Load(url)
        if counting:
            for number, statement in enumerate(KEEPERS):
                house.run(lambda session, _chance, statement=statement: session.execute(statement) and None, number)
            house.run(terminate_somebody, 99)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if counting:
                with one_snapshot(watcher):
                    wrong = differences(watcher)
                assert not wrong, "\n".join(wrong)
                checks += 1
            else:
                time.sleep(0.5)
        house.end()
        load.end()
    return load.outcomes, checks


def main() -> None:
    """Run the load without the counting triggers (the control), then with all of it, and compare."""
    with fresh_database() as url:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(SEED)
        control, _ = soak(url, SECONDS / 4, counting=False)
        with CountingRelay():
            outcomes, checks = soak(url, SECONDS, counting=True)
        with psycopg.connect(url, autocommit=True) as session, one_snapshot(session):
            assert differences(session) == []
    print(f"{'':<24}{'control':>12}{'counting':>12}   per 1,000 transactions")
    for name in sorted(set(control) | set(outcomes)):
        rates = [1000 * run[name] / max(run["done"], 1) for run in (control, outcomes)]
        print(f"{name:<24}{rates[0]:>12.1f}{rates[1]:>12.1f}")
    print(
        f"{checks} snapshots compared with a recount while {outcomes['done']:,} transactions were done: no difference"
    )
    assert outcomes["DeadlockDetected"] <= control["DeadlockDetected"] * 8 + 3, "deadlocks that the control has not"


main()
