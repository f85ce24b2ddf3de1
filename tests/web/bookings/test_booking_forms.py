"""The forms of a booking: what they offer, keep and refuse."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.utils import timezone

from clinic.bookings.models import Booking, BookingStatus
from clinic.patients.models import Patient
from clinic.practice.models import Service
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.bookings.pages import html
from tests.web.forms import form_of


def form(clinic: Clinic, **said: Any) -> dict[str, Any]:
    """What a person types who books Ada for Monday at nine with Noor."""
    return {
        "patient_name": "Ada Lovelace",
        "patient_phone": "0170 1815",
        "practitioner": clinic.noor.pk,
        "service": clinic.service.pk,
        "date": clinic.monday,
        "start_time": "09:00",
        **said,
    }


def test_staff_book_what_is_accepted_already_and_as_long_as_the_service(clinic: Clinic, client_of: ClientOf) -> None:
    answer = client_of("reception").post("/bookings/new/", form(clinic))
    booking = Booking.objects.get()
    assert answer["Location"] == f"/bookings/{booking.pk}/"
    assert "refreshStats" in answer["HX-Trigger"]
    assert (booking.status, booking.duration_minutes, booking.changed_by) == (BookingStatus.CONFIRMED, 30, "reception")
    assert (booking.practitioner, booking.start_time) == (clinic.noor, time(9))


def test_a_booking_takes_name_and_phone_of_the_patient_it_is_for(clinic: Clinic, client_of: ClientOf) -> None:
    ada = Patient.objects.create(first_name="Ada", last_name="King", phone="0170 1", email="ada@example.org")
    said = form(clinic, patient=ada.pk, patient_name="", patient_phone="")
    client_of("reception").post("/bookings/new/", said)
    booking = Booking.objects.get()
    assert (booking.patient, booking.patient_name, booking.patient_phone) == (ada, "Ada King", "0170 1")


def test_a_form_of_nobody_is_refused_beside_the_name(clinic: Clinic, client_of: ClientOf) -> None:
    answer = client_of("reception").post("/bookings/new/", form(clinic, patient_name=" "))
    assert answer.status_code == 422
    assert answer.context["form"].errors["patient_name"] == ["Choose a patient, or give a name."]
    assert 'value="09:00"' in answer.content.decode()


def test_a_double_booking_is_refused_beside_the_time_and_nothing_typed_is_lost(
    clinic: Clinic, client_of: ClientOf
) -> None:
    clinic.booking(practitioner=clinic.noor, start_time=time(9, 15))
    answer = client_of("reception").post("/bookings/new/", form(clinic, reason="headache"))
    assert answer.status_code == 422
    assert "already booked at that time" in answer.context["form"].errors["start_time"][0]
    assert 'value="headache"' in answer.content.decode()
    assert Booking.objects.count() == 1


def test_a_form_sent_twice_books_once(clinic: Clinic, client_of: ClientOf) -> None:
    client, said = client_of("reception"), form(clinic, form_token="as rendered once")
    assert client.post("/bookings/new/", said)["Location"] == client.post("/bookings/new/", said)["Location"]
    assert Booking.objects.count() == 1


def test_what_another_page_knows_is_filled_in(clinic: Clinic, client_of: ClientOf) -> None:
    ada = Patient.objects.create(first_name="Ada", last_name="King")
    query = f"patient={ada.pk}&practitioner={clinic.noor.pk}&date={clinic.monday}&start_time=09:30"
    page = html(client_of("reception"), f"/bookings/new/?{query}")
    assert "Ada King" in page
    assert f'value="{clinic.monday}"' in page
    assert 'value="09:30"' in page
    assert f'<option value="{clinic.noor.pk}" selected>' in page


@pytest.mark.parametrize(
    "query", ["patient=x&practitioner=-1", "date=soon&start_time=late", "patient=99999999999999999"]
)
def test_nonsense_in_the_address_does_no_harm(clinic: Clinic, client_of: ClientOf, query: str) -> None:
    assert client_of("reception").get(f"/bookings/new/?{query}").status_code == 200


def test_an_edit_on_top_of_a_colleagues_is_asked_about_with_theirs_and_yours(
    clinic: Clinic, client_of: ClientOf
) -> None:
    booking = clinic.booking()
    client = client_of("reception")
    said = form_of(client.get(f"/bookings/{booking.pk}/edit/")) | {"reason": "headache"}
    Booking.objects.filter(pk=booking.pk).update(reason="fever")
    answer = client.post(f"/bookings/{booking.pk}/edit/", said)
    assert answer.status_code == 409
    assert "fever" in answer.content.decode()
    assert 'value="headache"' in answer.content.decode()
    booking.refresh_from_db()
    assert booking.reason == "fever"


def test_a_booking_is_moved_by_an_edit(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(practitioner=clinic.noor, start_time=time(9), status=BookingStatus.CONFIRMED)
    client = client_of("reception")
    seen = html(client, f"/bookings/{booking.pk}/edit/").split('name="changed_at" value="')[1].split('"')[0]
    said = form(clinic, start_time="10:30", duration_minutes=45, changed_at=seen)
    assert client.post(f"/bookings/{booking.pk}/edit/", said).status_code == 302
    booking.refresh_from_db()
    assert (booking.start_time, booking.duration_minutes, booking.status) == (time(10, 30), 45, BookingStatus.CONFIRMED)


def test_a_completed_bookings_patient_stays_who_was_billed(clinic: Clinic, client_of: ClientOf) -> None:
    ada, grace = (Patient.objects.create(first_name=name) for name in ("Ada", "Grace"))
    booking = clinic.booking(status=BookingStatus.COMPLETED, patient=ada)
    client = client_of("reception")
    seen = html(client, f"/bookings/{booking.pk}/edit/").split('name="changed_at" value="')[1].split('"')[0]
    said = form(clinic, patient=grace.pk, notes="came late", changed_at=seen, duration_minutes=30)
    assert client.post(f"/bookings/{booking.pk}/edit/", said).status_code == 302
    booking.refresh_from_db()
    assert (booking.patient, booking.notes) == (ada, "came late")


def test_a_walk_in_waits_today_without_a_time(clinic: Clinic, client_of: ClientOf) -> None:
    said = {"patient_name": "Ada", "service": clinic.service.pk, "reason": "cut"}
    client_of("reception").post("/bookings/walk-in/", said)
    booking = Booking.objects.get()
    assert (booking.date, booking.start_time, booking.status) == (timezone.localdate(), None, BookingStatus.CONFIRMED)
    assert booking.duration_minutes == 30


def test_free_times_are_offered_while_the_form_is_filled_in(clinic: Clinic, client_of: ClientOf) -> None:
    client = client_of("reception")
    booking = clinic.booking(practitioner=clinic.noor, start_time=time(9))
    query = f"?practitioner={clinic.noor.pk}&date={clinic.monday}"
    assert 'data-start="09:30"' in html(client, f"/bookings/slots/{query}")
    assert 'data-start="09:00"' not in html(client, f"/bookings/slots/{query}")
    assert 'data-start="09:00"' in html(client, f"/bookings/slots/{query}&booking={booking.pk}")
    assert html(client, "/bookings/slots/?practitioner=x&date=soon") == ""


def test_patients_are_found_while_the_form_is_filled_in(clinic: Clinic, client_of: ClientOf) -> None:
    ada = Patient.objects.create(first_name="Ada", last_name="Lovelace")
    Patient.objects.create(first_name="Adam", last_name="Smith", archived_at=timezone.now())
    page = html(client_of("reception"), "/patients/find/?q=ada")
    assert f'data-value="{ada.pk}"' in page
    assert "Adam" not in page
    assert "No patient matches" in html(client_of("reception"), "/patients/find/?q=zebra")


def test_a_service_switched_off_is_not_offered_but_kept_where_it_is_used(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(service=clinic.service)
    Service.objects.update(is_active=False)
    client = client_of("reception")
    assert "Check-up" not in html(client, "/bookings/new/")
    assert "Check-up" in html(client, f"/bookings/{booking.pk}/edit/")
