"""The same writers against the usual ways of counting, 32 clients, each flush waiting 2 ms.

The ways are in `usual_ways.sql`; the product's counting triggers are off while another way is measured, its ledgers
stay. A session listens to what they notify. pg_ivm is left out: it has to be compiled
from its source, and a benchmark that anybody can run installs packages alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks import pgbench
from tests.benchmarks.database import connect, set_triggers
from tests.benchmarks.harness import Figure, Size, at_least, ratios, take_turns
from tests.benchmarks.programs import Listener, relay, running
from tests.benchmarks.write_path import ACTIONS, FILL, SLOW_DISK, set_disk

CLIENTS = 32
WAYS = {
    "row_": "row triggers on one counter row, NOTIFY",
    "statement_": "statement triggers, NOTIFY in each transaction",
    "slotted_": "row triggers on 100 counter slots, NOTIFY",
    "silent_": "row triggers on 100 counter slots, nobody told",
}


def measure(size: Size) -> Iterator[Figure]:
    """Compare our throughput with that of each way."""
    with connect() as connection, relay(), running(Listener("usual")):
        connection.execute(FILL)
        connection.execute(Path(__file__).with_suffix(".sql").read_text())
        for way in WAYS:
            set_triggers(connection, on=False, prefix=way)
        set_disk(connection, SLOW_DISK)

        def run(way: str) -> Callable[[], float]:
            def once() -> float:
                set_triggers(connection, on=False, prefix="track_")
                set_triggers(connection, on=True, prefix=way)
                connection.execute("checkpoint")
                reached = pgbench.commits_per_second(ACTIONS, CLIENTS, size.pick(4, 1), transactions=3)
                set_triggers(connection, on=False, prefix=way)
                return reached

            return once

        values = take_turns({way: run(way) for way in ("track_", *WAYS)}, size.pick(3, 1))
    for way, name in WAYS.items():
        yield Figure(
            "writers' throughput, 32 clients, 2 ms flush",
            name,
            ratios(values["track_"], values[way]),
            goal=at_least(15) if "NOTIFY" in name else None,
            reading=f"{median(values['track_']):,.0f}/s against {median(values[way]):,.0f}/s",
        )
