"""What counting costs writers: staff's three actions, each its own transaction, with triggers and without.

A relay runs as in production. The rows are spread as in a clinic: many bills, many days.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from tests.benchmarks import pgbench
from tests.benchmarks.database import Connection, connect, set_triggers
from tests.benchmarks.harness import Figure, Size, at_least, ratios, take_turns
from tests.benchmarks.programs import relay

CLIENTS = (1, 8, 32)
SLOW_DISK = ("commit_delay = 2000", "commit_siblings = 0")
"""Each flush waits 2 ms, as on a disk across a network."""

FILL = """
insert into patient (first_name, last_name) select 'First', 'Last' || n from generate_series(1, 10000) n;
insert into bill (patient_id, service_fee) select 1 + n % 10000, 1000 from generate_series(1, 100000) n;
select stats.fold();
"""
BOOK_AND_ACCEPT = r"""
\set patient random(1, 10000)
\set bill random(1, 100000)
\set ahead random(0, 60)
insert into booking (patient_id, date) values (:patient, current_date + :ahead::int) returning id as booking \gset
update booking set status = 'confirmed' where id = :booking;
"""
PAY = "insert into payment (bill_id, amount) values (:bill, 0.01);\n"
PAY_BY_HAND = (
    "with paid as (insert into payment (bill_id, amount) values (:bill, 0.01) returning bill_id, amount)"
    " update bill set amount_paid = bill.amount_paid + paid.amount from paid where bill.id = paid.bill_id;\n"
)
ACTIONS = BOOK_AND_ACCEPT + PAY
ACTIONS_BY_HAND = BOOK_AND_ACCEPT + PAY_BY_HAND
"""The same without any trigger: the application keeps the bill's paid amount itself."""


def measure(size: Size) -> list[Figure]:
    """Compare throughput at 1, 8 and 32 clients, on the disk as it is and on a slow one."""
    figures = []
    with connect() as connection, relay():
        connection.execute(FILL)
        for disk, settings in (("as is", ()), ("2 ms flush", SLOW_DISK)):
            set_disk(connection, settings)
            for clients in CLIENTS:
                figures += _compare(connection, size, clients, disk)
        set_disk(connection, ())
        ceiling = pgbench.commits_per_second("select 1;", 32, size.pick(3, 1))
    return [*figures, Figure("pgbench itself", "nothing to do for the server", [ceiling], "/s", None, "its ceiling")]


def _compare(connection: Connection, size: Size, clients: int, disk: str) -> list[Figure]:
    def run(prefix: str, script: str, *, on: bool) -> Callable[[], float]:
        def once() -> float:
            set_triggers(connection, on=on, prefix=prefix)
            try:
                connection.execute("checkpoint")
                return pgbench.commits_per_second(script, clients, size.pick(3, 1), transactions=3)
            finally:
                set_triggers(connection, on=True)

        return once

    sides = {
        "ours": run("", ACTIONS, on=True),
        "not counted": run("track_", ACTIONS, on=False),
        "no triggers": run("", ACTIONS_BY_HAND, on=False),
    }
    values = take_turns(sides, size.pick(8 if clients == 32 else 2, 1))
    floor = at_least(0.85 if disk != "as is" else 0.75) if clients == 32 else None
    return [
        Figure(
            f"writers' throughput, {clients} clients, {disk}",
            "counting triggers disabled" if other == "not counted" else "all triggers disabled, bills paid by hand",
            ratios(values["ours"], values[other]),
            goal=floor,
            reading=f"{median(values['ours']):,.0f}/s against {median(values[other]):,.0f}/s",
        )
        for other in ("not counted", "no triggers")
    ]


def set_disk(connection: Connection, settings: tuple[str, ...]) -> None:
    """Set how long a flush takes, for the sessions that begin after this."""
    database = connection.info.dbname
    for name in ("commit_delay", "commit_siblings"):
        connection.execute(f"alter database {database} reset {name}")
    for setting in settings:
        connection.execute(f"alter database {database} set {setting}")
