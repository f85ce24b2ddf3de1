"""Soak the counting: `make soak` (SECONDS=300, SESSIONS=32)."""

from __future__ import annotations

import logging
import math
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests import services
from tests.benchmarks import database

database.start_server(services.FAST)
database.point_django_at_it()
logging.getLogger("clinic").setLevel(logging.ERROR)  # the relay tells of each termination

import psycopg  # noqa: E402

from tests.benchmarks.background_relay import BackgroundRelay  # noqa: E402
from tests.benchmarks.database import fresh_database, set_triggers  # noqa: E402
from tests.concurrency.load import prepare_own_rows, write_own, write_shared  # noqa: E402
from tests.emptying import COUNTED  # noqa: E402
from tests.soak.sessions import Sessions  # noqa: E402
from tests.sql.exactness import differences  # noqa: E402
from tests.sql.oracle import Session, one_snapshot  # noqa: E402
from tests.sql.playing import ISOLATION_LEVELS  # noqa: E402
from tests.sql.seed import SEED  # noqa: E402

SECONDS = float(os.environ.get("SECONDS", 300))
SESSIONS = int(os.environ.get("SESSIONS", 32))
HOUSEKEEPING = (
    *("select stats.fold()", "select stats.fold()", "select stats.rebuild()"),
    *("select stats.verify()", "select stats.make_check_up()"),
)
PAUSE_SECONDS = {"truncates": 5.0, "terminates": 0.5}
VICTIM = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = current_database() and application_name in ('soak', 'clinic-pulse relay')
   and pid <> pg_backend_pid() order by random() limit 1
"""
COUNT_IN_PLACE = """
create table public.in_place (n int); insert into public.in_place values (0);
create function public.count_in_place() returns trigger language plpgsql as
    $$ begin update public.in_place set n = n + 1; return null; end $$;
create trigger zz_in_place after insert or update or delete on booking
    for each statement execute function public.count_in_place();
create trigger zz_in_place after insert or update or delete on bill
    for each statement execute function public.count_in_place();
"""
FORGET_IN_PLACE = "drop function public.count_in_place() cascade; drop table public.in_place"


def writers(url: str, run: int) -> Sessions:
    """Begin the load: half of the sessions write shared rows, half only their own."""
    sessions = Sessions(url)
    for number in range(SESSIONS // 2):
        sessions.begin("shared rows", write_shared, number)
        sessions.begin("own rows", write_own(number + 1, run), number)
    return sessions


def housekeepers(url: str) -> Sessions:
    """Begin all that goes on beside the writers: folds, rebuilds, check-ups, truncations and terminations."""
    sessions = Sessions(url)

    def each_so_often(kind: str, statement: str) -> None:
        def work(session: Session, _chance: random.Random) -> None:
            session.execute(statement)
            sessions.is_over.wait(PAUSE_SECONDS.get(kind, 0))

        sessions.begin(kind, work, 0)

    for statement in HOUSEKEEPING:
        each_so_often(statement.removeprefix("select stats."), statement)
    each_so_often("truncates", "truncate medical_record")
    each_so_often("terminates", VICTIM)
    return sessions


@contextmanager
def all_in_one_snapshot(session: Session, level: str) -> Iterator[None]:
    """Read all rows in one snapshot, during which nobody can truncate; give up one that is not serializable."""
    session.execute(f"begin isolation level {level}; lock table {COUNTED} in access share mode")
    with suppress(psycopg.errors.SerializationFailure):
        yield
    session.execute("rollback")


def compare_until(deadline: float, url: str) -> int:
    """Compare snapshots with a recount again and again; give how many."""
    checks = 0
    with psycopg.connect(url, autocommit=True) as reader:
        while time.monotonic() < deadline:
            with all_in_one_snapshot(reader, ISOLATION_LEVELS[1 + checks % 2]):
                wrong = differences(reader)
                assert not wrong, "\n".join(wrong)
                checks += 1
    return checks


def without_counting(url: str, seconds: float, run: int = 1) -> Counter[str]:
    """The control: run the writers alone, without the counting triggers."""
    _count(url, on=False)
    load = writers(url, run)
    threading.Event().wait(seconds)
    load.end()
    _count(url, on=True)
    return load.outcomes


def counted_in_place(url: str, seconds: float) -> Counter[str]:
    """The other control: run the writers with a counter that each of them updates."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(COUNT_IN_PLACE)
        outcomes = without_counting(url, seconds, run=2)
        session.execute(FORGET_IN_PLACE)
    return outcomes


def counted(url: str, seconds: float) -> tuple[Counter[str], int]:
    """Run the writers with all that goes on beside them; returns the outcomes and how many snapshots were compared."""
    load, house = writers(url, run=3), housekeepers(url)
    try:
        checks = compare_until(time.monotonic() + seconds, url)
    finally:
        house.end()
        load.end()
    return load.outcomes + house.outcomes, checks


def _count(url: str, *, on: bool) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        for table in COUNTED.split(", "):
            set_triggers(session, table, on=on, prefix="track_")
        session.execute("select stats.rebuild()")


def main() -> None:
    """Run the load under both controls, then with all of it, and compare."""
    with fresh_database() as url:
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(SEED)
            for number in range(1, SESSIONS // 2 + 1):
                prepare_own_rows(session, number)
        control, in_place = without_counting(url, SECONDS / 4), counted_in_place(url, max(5, SECONDS / 12))
        with BackgroundRelay():
            outcomes, checks = counted(url, SECONDS)
        with psycopg.connect(url, autocommit=True) as session, one_snapshot(session):
            assert differences(session) == []
    report(control, in_place, outcomes, checks)
    judge(control, in_place, outcomes)


def report(control: Counter[str], in_place: Counter[str], outcomes: Counter[str], checks: int) -> None:
    """Print what became of the transactions of each run."""
    print(f"{'':<36}{'no counting':>14}{'in place':>14}{'counting':>14}")
    for name in sorted({*control, *in_place, *outcomes}):
        print(f"{name:<36}{control[name]:>14,}{in_place[name]:>14,}{outcomes[name]:>14,}")
    print(f"{checks:,} snapshots compared with a recount: no difference")


def judge(control: Counter[str], in_place: Counter[str], outcomes: Counter[str]) -> None:
    """Fail on a failure that the same load has not without the counting."""
    for name, run in (("without counting", control), ("with counting", outcomes)):
        assert not _failures(run), f"sessions that share no row failed {name}: {_failures(run)}"
    assert _failures(in_place), "the control with a counter in place met no conflict, so this load shows nothing"
    for error in ("SerializationFailure", "DeadlockDetected"):
        found, usual = outcomes[f"shared rows: {error}"], control[f"shared rows: {error}"]
        expected = usual * _attempts(outcomes) / _attempts(control)
        assert found <= 1.5 * expected + 5 * math.sqrt(expected) + 5, f"{error}: {found}, {expected:.0f} expected"


def _failures(run: Counter[str]) -> dict[str, int]:
    """Return what went wrong for sessions that write only rows of their own, but for being terminated."""
    harmless = {"own rows: done", "own rows: terminated"}
    return {name: number for name, number in run.items() if name.startswith("own rows: ") and name not in harmless}


def _attempts(run: Counter[str]) -> int:
    return sum(number for name, number in run.items() if name.startswith("shared rows: "))


if __name__ == "__main__":
    main()
