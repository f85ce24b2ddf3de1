"""The clinic's day is that of its zone: pages in two zones of which at least one has another day than UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.practice.models import Service
from tests.web.patients.conftest import ClientOf, client_of

__all__ = ["client_of"]
ONE_DAY = timedelta(days=1)


@pytest.fixture(params=["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def today(request: pytest.FixtureRequest, settings: Any) -> date:
    """The day in a zone 14 hours before UTC, and in one 11 hours behind."""
    settings.TIME_ZONE = request.param
    return datetime.now(ZoneInfo(request.param)).date()


@pytest.fixture
def manager(client_of: ClientOf) -> Client:
    return client_of("manager")


def test_a_visitor_who_walks_in_comes_today(today: date, manager: Client) -> None:
    manager.post("/bookings/walk-in/", {"patient_name": "Ada", "duration_minutes": "30", "reason": "cough"})
    assert [booking.date for booking in Booking.objects.all()] == [today]


def test_a_consultation_can_begin_on_its_day_and_not_before(today: date, manager: Client) -> None:
    for day, is_offered in ((today, True), (today + ONE_DAY, False)):
        booking = Booking.objects.create(date=day, status="confirmed", patient_name="Ada")
        page = manager.get(f"/bookings/{booking.pk}/").content.decode()
        assert (f"/bookings/{booking.pk}/start/" in page) is is_offered


def test_requests_of_yesterday_can_be_declined_and_those_of_today_not(today: date, manager: Client) -> None:
    for day, is_old in ((today, False), (today - ONE_DAY, True)):
        booking = Booking.objects.create(date=day, patient_name="Ada")
        shown = manager.get("/bookings/decline-unanswered/", follow=True).content.decode()
        assert (f"/bookings/{booking.pk}/" in shown or 'name="form_token"' in shown) is is_old
        Booking.objects.all().delete()


def test_the_calendar_opens_at_today(today: date, manager: Client) -> None:
    assert manager.get("/bookings/calendar/").context["day"] == today


def test_forms_begin_with_today(today: date, manager: Client) -> None:
    patient = Patient.objects.create(first_name="Ada")
    bill = Bill.objects.create(patient=patient, service_fee=10)
    offered = {
        f"/bills/{bill.pk}/pay/": "paid_on",
        f"/bills/new/?patient={patient.pk}": "issued_on",
        f"/records/new/?patient={patient.pk}": "visit_on",
    }
    for address, field in offered.items():
        assert manager.get(address).context["form"][field].value() == today, address


def test_the_day_that_is_closed_is_today(today: date, manager: Client) -> None:
    assert manager.get("/day-close/").context["day"] == today


def test_what_keeps_until_today_has_not_expired(today: date) -> None:
    kept = [Item(name="Gauze", expires_on=day).is_expired for day in (today, today - ONE_DAY)]
    assert kept == [False, True]


def test_an_age_changes_on_the_birthday(today: date) -> None:
    ages = [Patient(first_name="Ada", birth_date=today - timedelta(days=days)).age for days in (0, 1)]
    assert ages == ["0 days", "1 day"]


def test_a_file_bears_the_day(today: date, manager: Client) -> None:
    assert f"{today:%Y-%m-%d}.csv" in manager.get("/patients/?export=csv")["Content-Disposition"]


def test_a_visitor_books_from_today_on(today: date, db: None, client: Client) -> None:
    service = Service.objects.create(name="Check")
    statuses = [client.get(f"/book/{service.pk}/{day:%Y-%m-%d}/2359/").status_code for day in (today - ONE_DAY, today)]
    assert statuses == [404, 200]
