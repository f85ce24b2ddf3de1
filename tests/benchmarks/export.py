"""A list as a file: the CPU that its rows cost the web process, for bookings with everything that the list shows."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

from tests.benchmarks.database import connect, set_triggers
from tests.benchmarks.harness import Figure, Size, at_most

FILL = """
insert into patient (first_name, last_name, phone)
select 'First' || n, 'Last' || n, '+49 30 ' || n from generate_series(1, {rows} / 20) n;
insert into practitioner (full_name) select 'Dr. ' || n from generate_series(1, 40) n;
insert into service (name) select 'Service ' || n from generate_series(1, 12) n;
insert into booking (patient_id, patient_phone, practitioner_id, service_id, date, start_time, status)
select 1 + n % ({rows} / 20), '+49 30 ' || n, 1 + n % 40, 1 + n % 12, current_date - n % 3650, '08:00',
       (array['completed', 'no_show', 'declined', 'cancelled'])[1 + n % 4]
  from generate_series(1, {rows}) n;
"""


def measure(size: Size) -> Iterator[Figure]:
    """Write the file a few times over."""
    rows = size.pick(187_000, 5_000)
    with connect() as connection:
        set_triggers(connection, on=False)
        connection.execute(FILL.format(rows=rows))  # type: ignore[arg-type]
        set_triggers(connection, on=True)
        connection.execute("vacuum analyze")
    used = [_cpu_seconds(rows) for _ in range(size.pick(5, 1))]
    reading = f"{min(used):.1f} s for {rows:,} bookings"
    yield Figure("CPU of a row in a file", "", [1000 * each / rows for each in used], "ms", at_most(0.05), reading)


def _cpu_seconds(rows: int) -> float:
    from clinic.bookings.models import Booking
    from clinic.bookings.tables import BookingTable
    from clinic.screens.export import written

    table = BookingTable(Booking.objects.select_related("patient", "practitioner", "service").order_by("-date", "id"))
    began = process_time()
    lines = sum(part.count("\n") for part in written(table))
    assert lines == rows + 1
    return process_time() - began
