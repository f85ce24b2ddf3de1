"""The calendar: a day of everybody, a week of one; nothing hidden, nothing twice."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.bookings.calendar import Column, Sheet, sheet
from clinic.bookings.models import Booking, BookingStatus
from clinic.practice.models import BlockedDay
from tests.web.bookings.conftest import ClientOf, Clinic


def page(client: Client, query: str = "") -> str:
    return client.get(f"/bookings/calendar/{query}").content.decode()


def column(clinic: Clinic, *bookings: Booking) -> Sheet:
    """Lay out Monday of Noor, open from nine to twelve."""
    day = clinic.monday
    hours = [(datetime.combine(day, time(9)), datetime.combine(day, time(12)))]
    return sheet([Column("Noor", day, clinic.noor.pk, hours, list(bookings))])


def test_a_column_is_as_long_as_the_day_whatever_is_booked(clinic: Clinic) -> None:
    bookings = [
        clinic.booking(start_time=time(9, 5), duration_minutes=20),
        clinic.booking(start_time=time(9, 20), duration_minutes=30),
        clinic.booking(start_time=time(11, 59), duration_minutes=1),
    ]
    laid_out = column(clinic, *bookings)
    cells = [cell for row in laid_out.rows for cell in row.cells]
    assert sum(cell.span for cell in cells) == len(laid_out.rows)
    assert [booking for cell in cells for booking in cell.bookings] == bookings


def test_bookings_whose_quarters_meet_share_a_cell(clinic: Clinic) -> None:
    first = clinic.booking(start_time=time(9), duration_minutes=20)
    second = clinic.booking(start_time=time(9, 20), duration_minutes=25)
    cells = [cell for row in column(clinic, first, second).rows for cell in row.cells if cell.bookings]
    assert [(cell.bookings, cell.span) for cell in cells] == [([first, second], 3)]


def test_free_half_hours_are_offered_within_hours_and_nowhere_else(clinic: Clinic) -> None:
    laid_out = column(clinic, clinic.booking(start_time=time(10), duration_minutes=30))
    free = [cell.free_from for row in laid_out.rows for cell in row.cells if cell.free_from]
    assert free == [time(9), time(9, 30), time(10, 30), time(11), time(11, 30)]


@pytest.mark.parametrize(("start", "minutes"), [(time(0), 30), (time(23, 50), 60), (time(0), 1440)])
def test_the_sheet_grows_with_what_lies_outside_the_usual_day(clinic: Clinic, start: time, minutes: int) -> None:
    booking = clinic.booking(start_time=start, duration_minutes=minutes)
    laid_out = column(clinic, booking)
    cells = [cell for row in laid_out.rows for cell in row.cells]
    assert [cell.bookings for cell in cells if cell.bookings] == [[booking]]
    assert sum(cell.span for cell in cells) == len(laid_out.rows)


def test_a_day_shows_everybody_with_walk_ins_above(clinic: Clinic, client_of: ClientOf) -> None:
    clinic.booking(practitioner=clinic.noor, start_time=time(9), patient_name="Ada")
    clinic.booking(practitioner=clinic.otto, patient_name="Grace", status=BookingStatus.CONFIRMED)
    clinic.booking(patient_name="Mary")
    clinic.booking(practitioner=clinic.otto, start_time=time(9), patient_name="Gone", status=BookingStatus.CANCELLED)
    html = page(client_of("reception"), f"?day={clinic.monday}")
    for word in ("Noor Haddad", "Otto Weiss", "Anybody", "Ada", "Grace", "Mary", "No time"):
        assert word in html
    assert "Gone" not in html
    for booking in Booking.objects.exclude(patient_name="Gone"):
        assert html.count(f'id="card-{booking.pk}"') == 1


def test_a_week_shows_one_practitioner(clinic: Clinic, client_of: ClientOf) -> None:
    sunday = clinic.monday + timedelta(days=6)
    clinic.booking(practitioner=clinic.noor, start_time=time(9), patient_name="Ada", date=sunday)
    clinic.booking(practitioner=clinic.otto, start_time=time(9), patient_name="Grace")
    html = page(client_of("reception"), f"?day={clinic.monday}&practitioner={clinic.noor.pk}")
    assert "Ada" in html
    assert "Grace" not in html


def test_free_time_leads_to_a_form_that_knows_it(clinic: Clinic, client_of: ClientOf) -> None:
    address = f"/bookings/new/?date={clinic.monday}&amp;start_time=09:30&amp;practitioner={clinic.noor.pk}"
    assert address in page(client_of("reception"), f"?day={clinic.monday}")
    assert address not in page(client_of("cashier"), f"?day={clinic.monday}")


def test_blocked_days_say_why(clinic: Clinic, client_of: ClientOf) -> None:
    BlockedDay.objects.create(first_day=clinic.monday, last_day=clinic.monday, reason="Inventory")
    html = page(client_of("reception"), f"?day={clinic.monday}")
    assert "Inventory" in html
    assert "grid__free" not in html


def test_today_is_shown_for_nonsense(clinic: Clinic, client_of: ClientOf) -> None:
    html = page(client_of("reception"), "?day=soon&practitioner=x")
    assert f'value="{timezone.localdate()}"' in html


def test_the_calendar_costs_five_queries_besides_those_of_the_session(clinic: Clinic, client_of: ClientOf) -> None:
    for hour in range(9, 15):
        clinic.booking(practitioner=clinic.otto, service=clinic.service, start_time=time(hour))
    client = client_of("reception")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/bookings/calendar/?day={clinic.monday}")
    assert len(queries) <= 3 + 5, [query["sql"] for query in queries]


def test_more_bookings_than_a_cell_has_lines_are_a_number_that_leads_to_them(
    clinic: Clinic, client_of: ClientOf
) -> None:
    for _n in range(7):
        clinic.booking(start_time=time(10), duration_minutes=30, status=BookingStatus.CONFIRMED)
    for _n in range(3):
        clinic.booking(start_time=time(12), duration_minutes=15, status=BookingStatus.CONFIRMED)
    html = page(client_of("reception"), f"?day={clinic.monday}").replace("\n  >", ">")  # as the template is wrapped
    assert html.count('id="card-') == 1
    assert f'href="/bookings/?day={clinic.monday}">+6 more</a>' in html
    assert f'href="/bookings/?day={clinic.monday}">3 booked</a>' in html
