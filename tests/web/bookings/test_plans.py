"""At many rows each list of bookings is answered by an index."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict

from clinic.bookings.filters import BookingFilter
from clinic.bookings.models import Booking
from tests.web.bookings.conftest import Clinic

ROWS = 60_000


@pytest.fixture
def many(clinic: Clinic) -> None:
    """Bookings of ten years, one in a hundred of them pending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into booking (date, start_time, patient_name, patient_phone, practitioner_id, status)"
            " select date '2020-01-01' + n %% 3650, time '08:00' + make_interval(mins => n %% 500),"
            " md5(n::text), n::text, %s, case when n %% 100 = 0 then 'pending' else 'completed' end"
            " from generate_series(1, %s) as n on conflict do nothing",
            [clinic.noor.pk, ROWS],
        )
        cursor.execute("analyze booking")


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "booking_by_date"),
        ("status=appointments", "booking_by_"),
        ("status=pending", "booking_by_"),
        ("status=unanswered", "booking_by_"),
        ("status=appointments&day=2024-02-29", "Index"),
        ("q=c4ca42", "booking_search"),
    ],
)
def test_a_list_is_answered_by_an_index(many: None, query: str, index: str) -> None:
    found = BookingFilter(QueryDict(query), queryset=Booking.objects.select_related("patient", "practitioner")).qs
    plan = found[:50].explain()
    assert index in plan
    assert "Seq Scan on booking" not in plan
