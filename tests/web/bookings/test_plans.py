"""At many rows each list of bookings is answered by an index."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict

from clinic.bookings.filters import BookingFilter
from clinic.bookings.models import Booking
from tests.web.bookings.conftest import Clinic
from tests.web.filling import WITHOUT_TRIGGERS, but_former_references

ROWS = 60_000


@pytest.fixture
def many(clinic: Clinic) -> None:
    """Bookings of ten years, one in a hundred of them pending, and some that say only whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_TRIGGERS)
        cursor.execute("drop index booking_search")  # and made again below, which is much faster than row by row
        cursor.execute("insert into patient (first_name, phone) select 'P' || n, n from generate_series(1, 2000) as n")
        cursor.execute(
            "insert into booking (date, start_time, patient_name, patient_phone, practitioner_id, status)"
            " select date '2020-01-01' + n %% 3650, time '08:00' + make_interval(mins => n %% 500),"
            " md5(n::text), n::text, %s, case when n %% 100 = 0 then 'pending' else 'completed' end"
            " from generate_series(1, %s) as n on conflict do nothing",
            [clinic.noor.pk, ROWS],
        )
        cursor.execute(
            "insert into booking (date, patient_id) select date '2020-01-01' + n % 3650, p.id"
            " from patient p, generate_series(1, 3) as n"
        )
        cursor.execute(
            "create index booking_search on booking using gin (search_text gin_trgm_ops)"
            " with (gin_pending_list_limit = 256)"
        )
        cursor.execute("analyze booking; analyze patient")


LISTS = [
    ("", "booking_by_date"),
    ("status=appointments", "booking_by_"),
    ("status=pending", "booking_by_"),
    ("status=unanswered", "booking_by_"),
    ("status=appointments&day=2024-02-29", "Index"),
    ("q=c4ca42", "booking_search"),
    ("q=p1234", "booking_of_patient"),
    ("q=p1234", "patient_search"),
]


def test_a_list_is_answered_by_an_index(many: None) -> None:
    for query, index in LISTS:
        found = BookingFilter(QueryDict(query), queryset=Booking.objects.select_related("patient", "practitioner")).qs
        plan = found[:50].explain()
        assert index in plan, f"{query}:\n{plan}"
        assert "Seq Scan on booking" not in plan, f"{query}:\n{plan}"
        assert not query.startswith("q=") or "Seq Scan on patient" not in but_former_references(plan), (
            f"{query}:\n{plan}"
        )
