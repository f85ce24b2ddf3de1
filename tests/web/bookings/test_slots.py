"""Free slots: hours, less blocked days, less what is booked."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.bookings.models import BookingStatus
from clinic.bookings.slots import Days, Slot, free_slots
from clinic.practice.models import BlockedDay, Practitioner
from tests.web.bookings.conftest import Clinic


def free(clinic: Clinic, minutes: int = 30, **options: object) -> list[str]:
    """Times of Monday morning's practitioner that are free."""
    days = Days(clinic.monday, clinic.monday, clinic.noor.pk)
    return [f"{slot.start:%H:%M}" for slot in free_slots(minutes, days, **options)]  # type: ignore[arg-type]


def test_an_empty_day_is_cut_into_slots_of_the_service(clinic: Clinic) -> None:
    assert free(clinic) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert free(clinic, 20) == ["09:00", "09:20", "09:40", "10:00", "10:20", "10:40", "11:00", "11:20", "11:40"]
    assert free(clinic, 60) == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert free(clinic, 181) == []


def test_what_is_booked_is_not_free_and_what_was_called_off_is(clinic: Clinic) -> None:
    clinic.booking(practitioner=clinic.noor, start_time=time(9, 30), duration_minutes=45)
    clinic.booking(practitioner=clinic.noor, start_time=time(11), status=BookingStatus.CANCELLED)
    clinic.booking(practitioner=clinic.otto, start_time=time(11))
    assert free(clinic) == ["09:00", "10:30", "11:00", "11:30"]


def test_a_booking_about_to_move_does_not_stand_in_its_own_way(clinic: Clinic) -> None:
    booking = clinic.booking(practitioner=clinic.noor, start_time=time(9))
    assert "09:00" not in free(clinic)
    assert "09:00" in free(clinic, without=booking.pk)


def test_a_booking_that_lasts_past_midnight_takes_the_next_morning(clinic: Clinic) -> None:
    eve = clinic.monday - timedelta(days=1)
    clinic.booking(practitioner=clinic.noor, date=eve, start_time=time(23), duration_minutes=11 * 60)
    assert free(clinic) == ["10:00", "10:30", "11:00", "11:30"]


def test_blocked_days_are_closed_for_one_or_for_all(clinic: Clinic) -> None:
    everybody = Days(clinic.monday, clinic.monday)
    BlockedDay.objects.create(practitioner=clinic.noor, first_day=clinic.monday, last_day=clinic.monday)
    assert {slot.practitioner_id for slot in free_slots(30, everybody)} == {clinic.otto.pk}
    BlockedDay.objects.create(first_day=clinic.monday - timedelta(days=9), last_day=clinic.monday)
    assert free_slots(30, everybody) == []
    tuesday = clinic.monday + timedelta(days=1)
    assert free_slots(30, Days(tuesday, tuesday))


def test_nothing_in_the_past_is_free(clinic: Clinic) -> None:
    assert free(clinic, now=datetime.combine(clinic.monday, time(10, 1))) == ["10:30", "11:00", "11:30"]


def test_who_no_longer_practises_is_not_offered(clinic: Clinic) -> None:
    Practitioner.objects.filter(pk=clinic.noor.pk).update(is_active=False)
    assert free(clinic) == []


def test_slots_come_in_order_of_time(clinic: Clinic) -> None:
    slots = free_slots(30, Days(clinic.monday, clinic.monday + timedelta(days=1)))
    assert slots == sorted(slots)
    assert slots[:2] == [
        Slot(clinic.monday, time(9), clinic.noor.pk),
        Slot(clinic.monday, time(9), clinic.otto.pk),
    ]


def test_any_number_of_days_costs_three_queries(clinic: Clinic) -> None:
    with CaptureQueriesContext(connection) as queries:
        free_slots(30, Days(clinic.monday, clinic.monday + timedelta(days=60)))
    assert len(queries) == 3
