"""A transaction left open while a million deltas pass: `python -m tests.benchmarks horizon` (DELTAS=1000000).

Two databases take the same single-row commits in turns; in one of them the oldest snapshot is held. Each line gives
the writer's and the folder's time there as a ratio of the other's, and what a read of the nineteen costs in each.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from tests import services
from tests.repair.databases import made

DELTAS = int(os.environ.get("DELTAS", 1_000_000))
LINES = 20
COMMITS_BETWEEN_FOLDS = 200
DELTAS_PER_COMMIT = 3
WRITE = f"""
do $$
declare
    made bigint;
begin
    for i in 1..{COMMITS_BETWEEN_FOLDS} loop
        insert into booking (date, status) values (clock.today() + i % 3, 'pending') returning id into made;
        update booking set status = 'confirmed' where id = made;
        commit;
    end loop;
end
$$
"""
READ = "select * from stats.current"
HOLD = "begin isolation level repeatable read; insert into service (name) values ('held'); select * from stats.current"
KEPT = ("delta", "counter", "total", "folded")


@dataclass
class Side:
    """One of the two databases, and the seconds spent in it."""

    url: str
    write: list[float] = field(default_factory=list)
    fold: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)
    session: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.session = psycopg.connect(self.url, autocommit=True, application_name="bench")
        self.session.execute("select stats.wake_up()")

    def goes_on(self) -> None:
        """Commit many single rows, read with all of them pending, fold as the relay does."""
        self.write.append(seconds(self.session, WRITE))
        self.read.append(min(seconds(self.session, READ) for _ in range(3)))
        self.fold.append(seconds(self.session, "select stats.fold()"))

    def megabytes(self) -> str:
        """Tell the size of each table that counting uses, with its indexes."""
        sizes = [
            self.session.execute("select pg_total_relation_size(%s) / 1e6", [f"stats.{name}"]).fetchone()
            for name in KEPT
        ]
        return ", ".join(f"{name} {row[0]:.1f}" for name, row in zip(KEPT, sizes, strict=True) if row)


def seconds(session: psycopg.Connection[Any], statement: str) -> float:
    """Time one statement."""
    began = perf_counter()
    session.execute(statement)
    return perf_counter() - began


def measure() -> None:
    """Print the curve, what the old transaction itself reads in, and the disk before and after its end."""
    server = services.postgres_url()
    with made(server, "bench_held") as held_url, made(server, "bench_free") as free_url:
        held, free = Side(held_url), Side(free_url)
        with psycopg.connect(held_url, autocommit=True, application_name="left open") as holder:
            holder.execute(HOLD)  # type: ignore[arg-type]
            _draw_curve(held, free, holder)
            print(f"MB while held: {held.megabytes()}; free: {free.megabytes()}")
            holder.execute("rollback")
        _clean_up(held)


def _draw_curve(held: Side, free: Side, holder: psycopg.Connection[Any]) -> None:
    rounds = max(DELTAS // (LINES * COMMITS_BETWEEN_FOLDS * DELTAS_PER_COMMIT), 1)
    print(f"{'deltas':>10}{'writing':>10}{'folding':>10}{'read, held':>14}{'read, free':>14}{'old reader':>14}")
    for line in range(1, LINES + 1):
        for turn in range(rounds):
            for side in (held, free) if turn % 2 else (free, held):
                side.goes_on()
        deltas = line * rounds * COMMITS_BETWEEN_FOLDS * DELTAS_PER_COMMIT
        ratios = [sum(getattr(held, name)[-rounds:]) / sum(getattr(free, name)[-rounds:]) for name in ("write", "fold")]
        reads = [1000 * median(side.read[-rounds:]) for side in (held, free)]
        reads.append(1000 * seconds(holder, READ))
        print(
            f"{deltas:>10,}" + "".join(f"{r:>9.2f}x" for r in ratios) + "".join(f"{ms:>11.2f} ms" for ms in reads),
            flush=True,
        )
    whole = sum(held.write) / sum(free.write)
    print(f"over all: writers took {whole:.3f} x the time of those beside no open transaction (goal: at most 1.10)")


def _clean_up(side: Side) -> None:
    """Go on after the transaction's end: how long the folds take that prune, and what is left on disk."""
    longest = max(seconds(side.session, "select stats.fold()") for _ in range(100))
    side.session.execute("vacuum stats.delta, stats.counter, stats.total, stats.folded")
    left = side.session.execute("select count(*) from stats.delta").fetchone()
    print(f"after its end: the longest of 100 folds took {1000 * longest:.0f} ms, {left and left[0]:,} deltas are left")
    print(f"MB after vacuum: {side.megabytes()}")
    for _ in range(100):
        side.goes_on()
    again = 100 * COMMITS_BETWEEN_FOLDS * DELTAS_PER_COMMIT
    print(f"MB after {again:,} deltas more: {side.megabytes()}; read {1000 * median(side.read[-100:]):.2f} ms")
