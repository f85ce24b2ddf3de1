"""Reading the nineteen numbers: by `stats.current`, and by nineteen aggregates as is usual; ROWS=10000000 goes further.

As many bills as bookings, up to a million; a tenth as many patients, records and items, up to a hundred thousand.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from tests.benchmarks.database import Connection, connect, fresh_database, set_triggers
from tests.benchmarks.harness import Figure, Size, at_least, at_most, ratios, take_turns

CURRENT = ("select key, value from stats.current",)
ACCEPTED = "status in ('confirmed', 'in_consultation', 'completed')"
AGGREGATES = {
    "appointments_total": f"select count(*) from booking where {ACCEPTED}",
    "bookings_total": "select count(*) from booking",
    "bookings_pending": "select count(*) from booking where status = 'pending'",
    "bookings_confirmed": "select count(*) from booking where status in ('confirmed', 'in_consultation')",
    "bookings_completed": "select count(*) from booking where status = 'completed'",
    "appointments_today": f"select count(*) from booking where date = clock.today() and {ACCEPTED}",
    "patients_total": "select count(*) from patient where archived_at is null",
    "medical_records_total": "select count(*) from medical_record",
    "inventory_items_total": "select count(*) from inventory_item",
    "inventory_low_stock": "select count(*) from inventory_item where stock_status = 'low_stock'",
    "inventory_out_of_stock": "select count(*) from inventory_item where stock_status = 'out_of_stock'",
    "bills_total": "select count(*) from bill where voided_at is null",
    "bills_paid": "select count(*) from bill where status = 'paid'",
    "bills_unpaid": "select count(*) from bill where status = 'unpaid'",
    "bills_partially_paid": "select count(*) from bill where status = 'partially_paid'",
    "revenue_total": "select sum(amount_paid) from bill where status = 'paid'",
    "amount_billed_total": "select sum(total_amount) from bill where voided_at is null",
    "amount_paid_total": "select sum(amount_paid) from bill where voided_at is null",
    "balance_outstanding": "select sum(balance) from bill where voided_at is null",
}
FILL = """
insert into patient (first_name) select 'First' from generate_series(1, {parts});
insert into medical_record (patient_id, visit_on) select 1, current_date - (g % 900) from generate_series(1, {parts}) g;
insert into inventory_item (name, quantity) select 'Item ' || g, g % 20 from generate_series(1, {parts}) g;
insert into booking (date, status, patient_name)
select current_date + g % 700 - 600, (array['pending', 'confirmed', 'completed', 'declined'])[1 + g % 4], 'Patient'
  from generate_series(1, {rows}) g;
insert into bill (patient_id, service_fee, amount_paid)
select 1 + g % {parts}, 100, (array[0, 40, 100])[1 + g % 3] from generate_series(1, {bills}) g;
"""


def measure(size: Size) -> Iterator[Figure]:
    """Compare both ways at each size; compare all sizes, each in a database of its own, with the smallest in turns."""
    sizes = sorted({size.pick(rows, rows // 100) for rows in (10_000, 100_000, 1_000_000)} | _asked_for())
    with ExitStack() as stack:
        clinics = {rows: _filled(stack, rows) for rows in sizes}
        aggregates = {rows: _seconds(clinics[rows], tuple(AGGREGATES.values()), size.pick(5, 2)) for rows in sizes}
        times = size.pick(50, 5)
        ours = take_turns(
            {str(rows): lambda rows=rows: median(_seconds(clinics[rows], CURRENT, times)) for rows in sizes}, 9
        )
    for rows in sizes:
        mine, theirs = median(ours[str(rows)]), median(aggregates[rows])
        goal = at_least(1000) if rows == 10_000_000 else None
        reading = f"{1000 * mine:.2f} ms against {1000 * theirs:,.1f} ms"
        factors = [each / mine for each in aggregates[rows]]
        yield Figure(f"reading at {rows:,} bookings", "nineteen aggregates", factors, "times faster", goal, reading)
    for rows in sizes[1:]:
        compared = ratios(ours[str(rows)], ours[str(sizes[0])])
        yield Figure(f"reading at {rows:,} bookings", f"reading at {sizes[0]:,}", compared, goal=at_most(1.2))


def _asked_for() -> set[int]:
    return {int(os.environ["ROWS"])} if "ROWS" in os.environ else set()


def _filled(stack: ExitStack, rows: int) -> Connection:
    stack.enter_context(fresh_database(name := f"bench_{rows}"))
    connection = stack.enter_context(connect(dbname=name))
    set_triggers(connection, on=False)
    # The guard of a bill's paid amount is off too; these bills have no payments behind them.
    bills = min(rows, 1_000_000)
    connection.execute(FILL.format(rows=rows, bills=bills, parts=bills // 10))  # type: ignore[arg-type]
    set_triggers(connection, on=True)
    connection.execute("select stats.rebuild()")
    connection.execute("vacuum analyze")
    return connection


def _seconds(connection: Connection, statements: tuple[str, ...], times: int) -> list[float]:
    for statement in statements:
        connection.execute(statement)  # type: ignore[call-overload]
    seconds = []
    for _ in range(times):
        began = perf_counter()
        for statement in statements:
            connection.execute(statement).fetchall()  # type: ignore[call-overload]
        seconds.append(perf_counter() - began)
    return seconds
