"""Booking at a time that speaks against itself: said once, booked all the same; and days on which the clock changes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from clinic.bookings.models import Booking
from clinic.bookings.slots import Days, free_slots
from clinic.practice.models import BlockedDay, WorkingHours
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.forms import form_of

SPRING, AUTUMN = datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)
BEFORE = datetime.datetime(2027, 1, 1)


@pytest.fixture
def night(clinic: Clinic, settings: Any) -> Clinic:
    """Noor works at night, in Berlin."""
    settings.TIME_ZONE = "Europe/Berlin"
    WorkingHours.objects.filter(practitioner=clinic.noor).update(starts="01:00", ends="04:00")
    return clinic


def starts(clinic: Clinic, day: datetime.date, minutes: int, now: datetime.datetime = BEFORE) -> list[str]:
    return [f"{slot.start:%H:%M}" for slot in free_slots(minutes, Days(day, day, clinic.noor.pk), now)]


def test_slots_that_the_clock_skips_are_not_offered(night: Clinic) -> None:
    assert starts(night, SPRING, 30) == ["01:00", "01:30", "03:00", "03:30"]
    assert starts(night, SPRING, 20) == ["01:00", "01:20", "01:40", "03:00", "03:20", "03:40"]
    assert starts(night, SPRING, 60) == ["01:00", "03:00"]
    assert starts(night, SPRING - datetime.timedelta(1), 60) == ["01:00", "01:30", "02:00", "02:30", "03:00"]


def test_an_hour_that_comes_twice_is_offered_once_and_is_the_first(night: Clinic) -> None:
    assert starts(night, AUTUMN, 60) == ["01:00", "01:30", "02:00", "02:30", "03:00"]
    assert starts(night, AUTUMN, 60, datetime.datetime(2027, 10, 31, 2, 30)) == ["02:30", "03:00"]


def test_in_america_too_and_where_midnight_is_skipped(clinic: Clinic, settings: Any) -> None:
    WorkingHours.objects.filter(practitioner=clinic.noor).update(starts="00:00", ends="04:00")
    settings.TIME_ZONE = "America/New_York"
    assert starts(clinic, datetime.date(2027, 3, 14), 60) == ["00:00", "00:30", "01:00", "03:00"]
    settings.TIME_ZONE = "America/Havana"
    assert starts(clinic, datetime.date(2027, 3, 14), 60) == ["01:00", "01:30", "02:00", "02:30", "03:00"]


def said(clinic: Clinic, **typed: Any) -> dict[str, Any]:
    return {
        "patient_name": "Ada Lovelace",
        "practitioner": clinic.noor.pk,
        "date": clinic.monday,
        "start_time": "09:00",
        "duration_minutes": 30,
        "reason": "headache",
        **typed,
    }


def test_a_time_that_the_clock_skips_is_refused_beside_it(night: Clinic, client_of: ClientOf) -> None:
    answer = client_of("reception").post("/bookings/new/", said(night, date=SPRING, start_time="02:30"))
    assert answer.context["form"].errors["start_time"] == [
        "The clock is put forward on this day and never shows 02:30. Choose another time."
    ]


def test_a_usual_time_is_booked_without_a_question(clinic: Clinic, client_of: ClientOf) -> None:
    assert client_of("reception").post("/bookings/new/", said(clinic)).status_code == 302


YESTERDAY = timezone.localdate() - datetime.timedelta(1)
AGAINST = [
    ({"date": YESTERDAY}, "This lies in the past."),
    ({"start_time": "06:00"}, "Outside opening hours: Noor Haddad works 09:00-12:00 on this Monday."),
    ({"start_time": "11:45"}, "Outside opening hours: Noor Haddad works 09:00-12:00 on this Monday."),
    (
        {"practitioner": "", "start_time": "18:00"},
        "Outside opening hours: The clinic works 09:00-17:00 on this Monday.",
    ),
]


@pytest.mark.parametrize(("typed", "words"), AGAINST)
def test_staff_are_warned_once_and_what_they_typed_stays(
    clinic: Clinic, client_of: ClientOf, typed: dict[str, Any], words: str
) -> None:
    client = client_of("reception")
    warned = client.post("/bookings/new/", said(clinic, **typed))
    assert warned.status_code == 422
    assert words in warned.content.decode()
    assert 'value="headache"' in warned.content.decode()
    assert not Booking.objects.exists()
    assert client.post("/bookings/new/", form_of(warned)).status_code == 302
    assert Booking.objects.get().reason == "headache"


@pytest.mark.parametrize("whose", ["noor", None])
def test_a_blocked_day_is_said_with_its_reason_and_another_persons_is_not(
    clinic: Clinic, client_of: ClientOf, whose: str | None
) -> None:
    who = getattr(clinic, whose) if whose else None
    BlockedDay.objects.create(practitioner=who, first_day=clinic.monday, last_day=clinic.monday, reason="course")
    client = client_of("reception")
    warned = client.post("/bookings/new/", said(clinic))
    words = (
        "Noor Haddad is blocked on this day (course)." if whose else "The whole clinic is blocked on this day (course)."
    )
    assert words in warned.content.decode()
    others = client.post("/bookings/new/", said(clinic, practitioner=clinic.otto.pk))
    assert others.status_code == (302 if whose else 422)


def test_another_time_is_asked_about_again(clinic: Clinic, client_of: ClientOf) -> None:
    client = client_of("reception")
    warned = client.post("/bookings/new/", said(clinic, start_time="06:00"))
    again = client.post("/bookings/new/", form_of(warned) | {"start_time": "05:00"})
    assert again.status_code == 422
    assert not Booking.objects.exists()


def test_a_day_of_no_hours_is_said_and_of_who_has_none_at_all_nothing_is(clinic: Clinic, client_of: ClientOf) -> None:
    client = client_of("reception")
    WorkingHours.objects.filter(practitioner=clinic.noor, weekday=0).delete()
    warned = client.post("/bookings/new/", said(clinic, start_time=""))
    assert "Noor Haddad does not work on this Monday." in warned.content.decode()
    WorkingHours.objects.filter(practitioner=clinic.noor).delete()
    assert client.post("/bookings/new/", said(clinic, start_time="06:00")).status_code == 302


def test_hours_that_follow_each_other_are_one_also_over_midnight(clinic: Clinic, client_of: ClientOf) -> None:
    WorkingHours.objects.filter(practitioner=clinic.noor).update(starts="00:00", ends="06:00")
    for weekday in range(7):
        WorkingHours.objects.create(practitioner=clinic.noor, weekday=weekday, starts="22:00", ends="23:59")
    late = said(clinic, start_time="23:30", duration_minutes=60)
    assert client_of("reception").post("/bookings/new/", late).status_code == 302


def test_an_edit_that_does_not_move_a_past_booking_is_not_warned(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(date=YESTERDAY, practitioner=clinic.noor, start_time="06:00")
    client, address = client_of("reception"), f"/bookings/{booking.pk}/edit/"
    mine = form_of(client.get(address))
    assert client.post(address, mine | {"notes": "late"}).status_code == 302
    warned = client.post(address, form_of(client.get(address)) | {"start_time": "06:30"})
    assert "This lies in the past." in warned.content.decode()
    assert client.post(address, form_of(warned)).status_code == 302


def test_seconds_that_a_script_wrote_are_no_move_when_only_the_phone_changes(
    clinic: Clinic, client_of: ClientOf
) -> None:
    past = timezone.localdate() - datetime.timedelta(5)
    booking = clinic.booking(date=past, practitioner=clinic.noor, start_time="08:30:15")
    client, address = client_of("reception"), f"/bookings/{booking.pk}/edit/"
    assert client.post(address, form_of(client.get(address)) | {"patient_phone": "0999"}).status_code == 302
    booking.refresh_from_db()
    assert (booking.patient_phone, booking.start_time) == ("0999", datetime.time(8, 30, 15))


@pytest.mark.parametrize("minutes", ["-2147483648", "0", "1441", "5000000000", "99999999999999"])
def test_a_length_that_cannot_be_is_refused_without_a_warning_about_its_time(
    clinic: Clinic, client_of: ClientOf, minutes: str
) -> None:
    answer = client_of("reception").post("/bookings/new/", said(clinic, date=YESTERDAY, duration_minutes=minutes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"duration_minutes": ["A booking lasts between 1 and 1440 minutes."]}
    assert "save again" not in answer.content.decode()


@pytest.mark.parametrize("day", ["9998-12-31", "9000-01-01", "1800-01-01"])
def test_a_far_day_is_reckoned_with(clinic: Clinic, client_of: ClientOf, day: str) -> None:
    client = client_of("reception")
    far = said(clinic, date=day, start_time="23:30", duration_minutes=1440)
    assert client.post("/bookings/new/", form_of(client.post("/bookings/new/", far))).status_code == 302


def test_a_day_after_the_last_of_the_calendar_is_refused_and_one_that_a_script_wrote_may_stay(
    clinic: Clinic, client_of: ClientOf
) -> None:
    client = client_of("reception")
    refused = client.post("/bookings/new/", said(clinic, date="9999-12-31"))
    assert refused.context["form"].errors == {"date": ["Give a calendar day."]}
    booking = clinic.booking(date="9999-12-31")
    address = f"/bookings/{booking.pk}/edit/"
    moved = form_of(client.get(address)) | {"notes": "late", "start_time": "23:30"}
    assert client.post(address, moved).status_code == 302


@pytest.mark.parametrize(("who", "words"), [(None, "The whole clinic"), ("noor", "Noor Haddad")])
def test_a_walk_in_on_a_blocked_day_is_warned_once(
    clinic: Clinic, client_of: ClientOf, who: str | None, words: str
) -> None:
    today = timezone.localdate()
    blocked = getattr(clinic, who) if who else None
    BlockedDay.objects.create(practitioner=blocked, first_day=today, last_day=today, reason="course")
    client = client_of("reception")
    here = {"patient_name": "Ada", "practitioner": clinic.noor.pk, "reason": "cut"}
    warned = client.post("/bookings/walk-in/", here)
    assert warned.status_code == 422
    assert f"{words} is blocked on this day (course)." in warned.content.decode()
    assert 'value="cut"' in warned.content.decode()
    assert not Booking.objects.exists()
    assert client.post("/bookings/walk-in/", form_of(warned)).status_code == 302
    assert Booking.objects.get().reason == "cut"
