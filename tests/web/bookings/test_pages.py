"""The pages about bookings: what they show, what they change, to whom, and at what price."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.billing.models import Bill
from clinic.bookings.models import Booking, Service, Status
from clinic.patients.models import MedicalRecord, Patient
from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS
from tests.web.bookings.conftest import ClientOf, Clinic

HTMX = {"HX-Request": "true"}
TILES = [metric for section in SECTIONS if section.key == "bookings" for metric in section.metrics]


def html(client: Client, address: str, **options: Any) -> str:
    return client.get(address, **options).content.decode()


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


@pytest.mark.parametrize("metric", TILES, ids=lambda metric: metric.key)
def test_a_tile_is_the_number_of_rows_of_its_list(clinic: Clinic, client_of: ClientOf, metric: Any) -> None:
    for days, status in enumerate(Status):
        clinic.booking(status=status, date=timezone.localdate())
        clinic.booking(status=status, date=timezone.localdate() + timedelta(days=days - 2))
    page = html(client_of("reception"), metric.list_url)
    rows = len(re.findall(r'<tr id="row-', page))
    total = re.search(r'data-total="(\d+)"', page)
    assert rows > 0
    assert total is not None
    assert rows == int(total[1]) == snapshot.read().values[metric.key]


def test_the_queue_shows_what_comes_next_first_and_other_lists_the_latest(clinic: Clinic, client_of: ClientOf) -> None:
    late, early = clinic.booking(date=clinic.monday + timedelta(days=1)), clinic.booking()
    client = client_of("reception")
    assert re.findall(r'id="row-(\d+)"', html(client, "/bookings/?status=pending")) == [str(early.pk), str(late.pk)]
    assert re.findall(r'id="row-(\d+)"', html(client, "/bookings/")) == [str(late.pk), str(early.pk)]


def test_a_list_is_searched_by_name_and_phone_and_filtered_by_day_and_practitioner(
    clinic: Clinic, client_of: ClientOf
) -> None:
    clinic.booking()
    clinic.booking(patient_name="Grace Hopper", patient_phone="0171 1906", practitioner=clinic.noor)
    client = client_of("reception")
    for query in ("q=hopp", "q=1906", "q=grace+0171", f"practitioner={clinic.noor.pk}"):
        page = html(client, f"/bookings/?{query}")
        assert "Grace Hopper" in page, query
        assert "Ada Lovelace" not in page, query
    assert "Ada Lovelace" in html(client, f"/bookings/?day={clinic.monday}")
    assert "No booking matches" in html(client, "/bookings/?day=1999-01-01")
    assert "No booking matches" in html(client, "/bookings/?day=soon")


def test_the_list_refreshes_itself_from_the_partial_of_the_page(clinic: Clinic, client_of: ClientOf) -> None:
    clinic.booking()
    client = client_of("reception")
    fragment = html(client, "/bookings/", headers=HTMX)
    assert fragment.lstrip().startswith('<div class="list"')
    assert "live:booking from:body" in fragment
    assert "Ada Lovelace" in fragment


@pytest.mark.parametrize("address", ["/bookings/", "/bookings/?status=pending", "/bookings/?q=ada&status=appointments"])
def test_a_list_costs_three_queries_besides_those_of_the_session(
    clinic: Clinic, client_of: ClientOf, address: str
) -> None:
    for _ in range(5):
        clinic.booking(practitioner=clinic.noor, service=clinic.service)
    client = client_of("reception")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 3 + 3, [query["sql"] for query in queries]


def test_staff_book_what_is_accepted_already_and_as_long_as_the_service(clinic: Clinic, client_of: ClientOf) -> None:
    answer = client_of("reception").post("/bookings/new/", form(clinic))
    booking = Booking.objects.get()
    assert answer["Location"] == f"/bookings/{booking.pk}/"
    assert "refreshStats" in answer["HX-Trigger"]
    assert (booking.status, booking.duration_minutes, booking.changed_by) == (Status.CONFIRMED, 30, "reception")
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


def test_an_edit_on_top_of_a_colleagues_is_refused_with_theirs_and_yours(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    client = client_of("reception")
    page = html(client, f"/bookings/{booking.pk}/edit/")
    seen = re.search(r'name="changed_at" value="([^"]+)"', page)
    assert seen is not None
    Booking.objects.filter(pk=booking.pk).update(reason="fever")
    said = form(clinic, practitioner="", reason="headache", changed_at=seen[1], duration_minutes=30)
    answer = client.post(f"/bookings/{booking.pk}/edit/", said)
    assert answer.status_code == 409
    assert "fever" in answer.content.decode()
    assert 'value="headache"' in answer.content.decode()
    booking.refresh_from_db()
    assert booking.reason == "fever"


def test_a_booking_is_moved_by_an_edit(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(practitioner=clinic.noor, start_time=time(9), status=Status.CONFIRMED)
    client = client_of("reception")
    seen = html(client, f"/bookings/{booking.pk}/edit/").split('name="changed_at" value="')[1].split('"')[0]
    said = form(clinic, start_time="10:30", duration_minutes=45, changed_at=seen)
    assert client.post(f"/bookings/{booking.pk}/edit/", said).status_code == 302
    booking.refresh_from_db()
    assert (booking.start_time, booking.duration_minutes, booking.status) == (time(10, 30), 45, Status.CONFIRMED)


def test_a_completed_bookings_patient_stays_who_was_billed(clinic: Clinic, client_of: ClientOf) -> None:
    ada, grace = (Patient.objects.create(first_name=name) for name in ("Ada", "Grace"))
    booking = clinic.booking(status=Status.COMPLETED, patient=ada)
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
    assert (booking.date, booking.start_time, booking.status) == (timezone.localdate(), None, Status.CONFIRMED)
    assert booking.duration_minutes == 30


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


@pytest.mark.parametrize(("name", "before"), [("decline", Status.PENDING), ("cancel", Status.CONFIRMED)])
def test_declining_and_cancelling_ask_for_the_reason(
    clinic: Clinic, client_of: ClientOf, name: str, before: Status
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
    booking = clinic.booking(status=Status.CONFIRMED, service=clinic.service, date=timezone.localdate())
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
    booking = clinic.booking(status=Status.IN_CONSULTATION, patient=ada)
    address = f"/records/new/?booking={booking.pk}"
    assert address in html(client_of("clinician"), f"/bookings/{booking.pk}/")
    assert address not in html(client_of("reception"), f"/bookings/{booking.pk}/")
    assert client_of("clinician").get(address).status_code == 200
    MedicalRecord.objects.create(patient=ada, booking=booking)
    assert address not in html(client_of("clinician"), f"/bookings/{booking.pk}/")


def test_a_future_booking_offers_no_consultation_yet(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(status=Status.CONFIRMED)
    page = html(client_of("clinician"), f"/bookings/{booking.pk}/")
    assert "Start consultation" not in page
    assert "Cancel booking" in page


def test_an_unknown_step_or_booking_has_no_page(clinic: Clinic, client_of: ClientOf) -> None:
    client = client_of("manager")
    booking = clinic.booking()
    assert client.post(f"/bookings/{booking.pk}/explode/").status_code == 404
    assert client.get(f"/bookings/{booking.pk}/accept/").status_code == 405
    assert client.get("/bookings/4711/").status_code == 404


def test_an_open_page_of_a_deleted_booking_says_so(clinic: Clinic, client_of: ClientOf) -> None:
    assert "deleted meanwhile" in html(client_of("reception"), "/bookings/4711/", headers=HTMX)


def test_a_booking_is_deleted_unless_something_came_of_it(clinic: Clinic, client_of: ClientOf) -> None:
    client, idle, billed = client_of("reception"), clinic.booking(), clinic.booking()
    patient = Patient.objects.create(first_name="Ada")
    Bill.objects.create(patient=patient, booking=billed)
    assert "Delete this booking?" in html(client, f"/bookings/{idle.pk}/delete/")
    client.post(f"/bookings/{idle.pk}/delete/")
    page = client.post(f"/bookings/{billed.pk}/delete/", follow=True).content.decode()
    assert list(Booking.objects.all()) == [billed]
    assert "so it stays" in page


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
    page = html(client_of("reception"), "/bookings/patients/?find=ada")
    assert f'data-patient="{ada.pk}"' in page
    assert "Adam" not in page
    assert "No patient matches" in html(client_of("reception"), "/bookings/patients/?find=zebra")


ADDRESSES = ["/bookings/", "/bookings/new/", "/bookings/walk-in/", "/bookings/calendar/", "/bookings/slots/"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/bookings/patients/"])
def test_outsiders_sign_in_first_and_other_roles_are_refused(
    clinic: Clinic, client: Client, client_of: ClientOf, address: str
) -> None:
    assert client.get(address)["Location"].startswith("/login/")
    assert client_of("store").get(address).status_code == 403


def test_nobody_sees_a_button_they_may_not_press_nor_can_press_it(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    begun = clinic.booking(status=Status.IN_CONSULTATION)
    cashier, reception, clinician = client_of("cashier"), client_of("reception"), client_of("clinician")
    for address in ("/bookings/", f"/bookings/{booking.pk}/"):
        page = html(cashier, address)
        for word in ("accept/", "decline/", "/edit/", "/delete/", "/bookings/new/"):
            assert word not in page
    for address in ("accept", "decline", "edit", "delete"):
        assert cashier.post(f"/bookings/{booking.pk}/{address}/").status_code == 403
    assert "done/" not in html(reception, f"/bookings/{begun.pk}/")
    assert reception.post(f"/bookings/{begun.pk}/done/").status_code == 403
    assert "done/" in html(clinician, f"/bookings/{begun.pk}/")
    assert "delete/" not in html(clinician, f"/bookings/{begun.pk}/")
    assert clinician.post(f"/bookings/{begun.pk}/delete/").status_code == 403


def test_a_service_switched_off_is_not_offered_but_kept_where_it_is_used(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking(service=clinic.service)
    Service.objects.update(is_active=False)
    client = client_of("reception")
    assert "Check-up" not in html(client, "/bookings/new/")
    assert "Check-up" in html(client, f"/bookings/{booking.pk}/edit/")
