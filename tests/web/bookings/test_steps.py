"""The steps of a booking's life as buttons, and its page during the consultation."""

from __future__ import annotations

import pytest
from django.utils import timezone

from clinic.billing.models import Bill
from clinic.bookings.models import BookingStatus
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.bookings.pages import HTMX, html


def test_a_step_in_the_list_answers_in_place(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    client = client_of("reception")
    assert f'hx-post="/bookings/{booking.pk}/accept/"' in html(client, "/bookings/?status=pending")
    answer = client.post(f"/bookings/{booking.pk}/accept/", headers=HTMX)
    assert (answer.status_code, "refreshStats" in answer["HX-Trigger"]) == (200, True)
    assert "Accepted." in answer.content.decode()
    late = client_of("manager").post(f"/bookings/{booking.pk}/accept/", headers=HTMX)
    assert late.status_code == 409
    assert "This booking is confirmed: reception changed it at" in late.content.decode()


def test_a_step_without_javascript_returns_to_where_it_was_taken(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    client = client_of("reception")
    answer = client.post(f"/bookings/{booking.pk}/accept/", {"back": "/bookings/?status=pending"})
    assert answer["Location"] == "/bookings/?status=pending"
    page = client.post(f"/bookings/{booking.pk}/accept/", {"back": "https://example.org/"}, follow=True)
    assert page.redirect_chain == [(f"/bookings/{booking.pk}/", 302)]
    assert "This booking is confirmed" in page.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["//example.org/", "/\\example.org/", "javascript:alert(1)", "https:/bookings/", ""]
)
def test_a_step_returns_to_pages_of_ours_only(clinic: Clinic, client_of: ClientOf, elsewhere: str) -> None:
    booking = clinic.booking()
    answer = client_of("reception").post(f"/bookings/{booking.pk}/accept/", {"back": elsewhere})
    assert answer["Location"] == f"/bookings/{booking.pk}/"


@pytest.mark.parametrize(("name", "before"), [("decline", BookingStatus.PENDING), ("cancel", BookingStatus.CONFIRMED)])
def test_declining_and_cancelling_ask_for_the_reason(
    clinic: Clinic, client_of: ClientOf, name: str, before: BookingStatus
) -> None:
    booking = clinic.booking(status=before)
    client = client_of("reception")
    assert "Reason" in html(client, f"/bookings/{booking.pk}/{name}/")
    assert client.post(f"/bookings/{booking.pk}/{name}/", {"reason": " "}).status_code == 422
    assert client.post(f"/bookings/{booking.pk}/{name}/", {"reason": "is ill"}).status_code == 302
    booking.refresh_from_db()
    assert booking.status_reason == "is ill"
    assert "is ill" in html(client, f"/bookings/{booking.pk}/")


def test_a_refused_decline_keeps_the_reason_and_says_who_was_faster(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    client_of("manager").post(f"/bookings/{booking.pk}/accept/")
    answer = client_of("reception").post(f"/bookings/{booking.pk}/decline/", {"reason": "fully booked"})
    assert answer.status_code == 422
    assert "manager changed it at" in answer.content.decode()
    assert "fully booked" in answer.content.decode()


def test_a_consultation_goes_from_start_to_done_on_its_page(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(status=BookingStatus.CONFIRMED, service=clinic.service, date=timezone.localdate())
    client = client_of("clinician")
    address = f"/bookings/{booking.pk}/"
    assert "Start consultation" in html(client, address)
    client.post(f"{address}start/")
    assert f"/records/new/?booking={booking.pk}" not in html(client, address)
    assert "Consultation done" in html(client, address)
    client.post(f"{address}done/")
    client.post(f"{address}done/")
    assert (MedicalRecord.objects.count(), Bill.objects.count()) == (1, 1)
    assert MedicalRecord.objects.get().get_absolute_url() in html(client, address)
    assert "60.00" in html(client_of("manager"), address)
    assert "60.00" not in html(client, address)


def test_a_record_can_be_begun_during_the_consultation(clinic: Clinic, client_of: ClientOf) -> None:
    ada = Patient.objects.create(first_name="Ada")
    booking = clinic.booking(status=BookingStatus.IN_CONSULTATION, patient=ada)
    address = f"/records/new/?booking={booking.pk}"
    assert address in html(client_of("clinician"), f"/bookings/{booking.pk}/")
    assert address not in html(client_of("reception"), f"/bookings/{booking.pk}/")
    assert client_of("clinician").get(address).status_code == 200
    MedicalRecord.objects.create(patient=ada, booking=booking)
    assert address not in html(client_of("clinician"), f"/bookings/{booking.pk}/")


def test_a_future_booking_offers_no_consultation_yet(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(status=BookingStatus.CONFIRMED)
    page = html(client_of("clinician"), f"/bookings/{booking.pk}/")
    assert "Start consultation" not in page
    assert "Cancel booking" in page


def test_an_unknown_step_or_booking_has_no_page(clinic: Clinic, client_of: ClientOf) -> None:
    client = client_of("manager")
    booking = clinic.booking()
    assert client.post(f"/bookings/{booking.pk}/explode/").status_code == 404
    assert client.get(f"/bookings/{booking.pk}/accept/").status_code == 405
    assert client.get("/bookings/4711/").status_code == 404
