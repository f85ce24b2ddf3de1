"""The lists staff use all day, on many rows: queries and time per page, and the plan of the slowest query."""

from __future__ import annotations

import os
from dataclasses import dataclass
from time import perf_counter

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROWS = int(os.environ.get("ROWS", 1_000_000))
PAGES = (
    "/patients/",
    "/patients/?q=smith",
    "/patients/?q=0207",
    "/patients/?page=200",
    "/records/",
    "/bookings/",
    "/bookings/?status=pending",
    "/bookings/?q=smith",
    "/bookings/calendar/",
)
FILL = f"""
insert into patient (first_name, last_name, phone, email)
select 'First' || n % 997, (array['Smith', 'Jones', 'Taylor', 'Brown'])[1 + n % 4] || n,
       '020 7' || n, n || '@example.org'
  from generate_series(1, {ROWS}) n;
insert into booking (patient_id, patient_name, patient_phone, date, status)
select id, first_name || ' ' || last_name, phone, clock.today() + (id % 700)::int - 600,
       (array['completed', 'completed', 'completed', 'cancelled', 'pending'])[1 + id % 5]
  from patient;
insert into medical_record (patient_id, visit_on, diagnosis)
select id, clock.today() - (id % 900)::int, 'seen' from patient;
select stats.fold();
"""


@dataclass(frozen=True)
class Slowest:
    """The query that took longest of all pages."""

    seconds: float
    page: str
    sql: str


def measure() -> None:
    """Print a line for each page, and how PostgreSQL carries out the slowest query."""
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("vacuum analyze")
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench"))
    slowest = Slowest(0, "", "")
    print(f"{'page':<32}{'queries':>9}{'ms':>9}   of {ROWS:,} rows each")
    for page in PAGES:
        client.get(page)
        began = perf_counter()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        print(f"{page:<32}{len(queries):>9}{1000 * (perf_counter() - began):>9.0f}")
        slowest = max([slowest, *(Slowest(float(q["time"]), page, q["sql"]) for q in queries)], key=lambda q: q.seconds)
    print(f"\nThe slowest query ({slowest.page}):\n{slowest.sql}\n")
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, buffers) " + slowest.sql.replace("%", "%%"), [])
        print("\n".join(line for (line,) in cursor.fetchall()))
