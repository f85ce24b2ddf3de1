"""Picking one row of many: what is offered, what comes back, and what is said of what cannot be taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from clinic.bookings.models import Booking
from clinic.inventory.models import Item, StockMovement
from clinic.patients.models import Patient
from clinic.practice.models import Practitioner
from clinic.records.models import MedicalRecord
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf, ada, client_of, gauze, record

__all__ = ["ada", "client_of", "gauze", "record"]

NEW = "/bookings/new/"


@pytest.fixture
def grace(db: None) -> Patient:
    """Grace Hopper, whose name has no letter in a row with Ada's."""
    return Patient.objects.create(first_name="Grace", last_name="Hopper", birth_date="1906-12-09", phone="0171 1906")


@pytest.fixture
def desk(client_of: ClientOf) -> Client:
    """Reception at work."""
    return client_of("reception")


def book(client: Client, **said: Any) -> HttpResponse:
    """Send the form of a new booking with this in it."""
    return client.post(NEW, form_of(client.get(NEW)) | {"date": "2027-01-04", "reason": "a cough"} | said)  # type: ignore[return-value]


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("reception", "/patients/find/"),
        ("store", "/inventory/find/"),
        ("clinician", "/inventory/find/?in_stock=1"),
        ("reception", "/bookings/practitioners/"),
        ("reception", "/bookings/services/"),
    ],
)
def test_what_is_found_is_told_in_words(client_of: ClientOf, role: str, address: str) -> None:
    found = words(client_of(role).get(address, {"q": "zebra"}))
    assert "matches “zebra”." in found
    assert 'role="option"' not in found


def test_patients_of_one_name_are_told_apart(desk: Client, grace: Patient) -> None:
    Patient.objects.create(first_name="Grace", last_name="Hopper", birth_date="1990-02-01")
    found = words(desk.get("/patients/find/?q=hopper"))
    assert "<p>2 found.</p>" in found
    assert "9 Dec 1906 · 0171 1906" in found
    assert "1 Feb 1990" in found


def test_no_more_than_eight_are_offered_and_that_there_are_more_is_said(desk: Client) -> None:
    Patient.objects.bulk_create(Patient(first_name=f"Anna{number}") for number in range(9))
    found = words(desk.get("/patients/find/?q=anna"))
    assert found.count('role="option"') == 8
    assert "The first 8; more match." in found


def test_who_is_archived_and_what_has_run_out_is_not_offered(client_of: ClientOf, ada: Patient, gauze: Item) -> None:
    Patient.objects.update(archived_at=timezone.now())
    Item.objects.update(quantity=0)
    clinician = client_of("clinician")
    assert 'role="option"' not in words(clinician.get("/patients/find/?q=ada"))
    assert 'role="option"' not in words(clinician.get("/inventory/find/?in_stock=1&q=gauze"))
    assert "0 left" in words(clinician.get("/inventory/find/?q=gauze"))


def test_only_the_booking_form_offers_somebody_new(desk: Client) -> None:
    assert "New patient named “Ada Byron”" in words(desk.get("/patients/find/?new=1&q=Ada+Byron"))
    assert "New patient" not in words(desk.get("/patients/find/?q=Ada+Byron"))


def test_the_number_of_a_row_is_enough(desk: Client, ada: Patient) -> None:
    assert book(desk, patient=ada.pk).status_code == 302
    assert Booking.objects.get().patient == ada


def test_a_text_without_a_choice_comes_back_with_what_it_finds(desk: Client, ada: Patient, grace: Patient) -> None:
    answer = book(desk, **{"patient-text": "hopper"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“hopper” was typed, and none of those found was chosen. Choose one." in page
    assert f'type="radio" name="patient" value="{grace.pk}"' in page
    assert f'value="{ada.pk}"' not in page
    assert form_of(answer)["patient-text"] == "hopper"
    assert form_of(answer)["reason"] == "a cough"


def test_what_is_chosen_then_is_taken(desk: Client, grace: Patient) -> None:
    shown = form_of(book(desk, **{"patient-text": "hopper"}))
    assert desk.post(NEW, shown | {"patient": grace.pk}).status_code == 302
    assert Booking.objects.get().patient == grace


def test_a_text_typed_over_a_choice_is_searched_for_instead_of_taken(
    desk: Client, ada: Patient, grace: Patient
) -> None:
    shown = form_of(desk.get(f"{NEW}?patient={ada.pk}"))
    assert (shown["patient"], shown["patient-text"]) == (str(ada.pk), "Ada Lovelace")
    answer = desk.post(NEW, shown | {"patient-text": "hopper", "date": "2027-01-04"})
    assert answer.status_code == 422
    assert f'type="radio" name="patient" value="{grace.pk}"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_choice_that_is_emptied_is_none(desk: Client, ada: Patient) -> None:
    shown = form_of(desk.get(f"{NEW}?patient={ada.pk}"))
    desk.post(NEW, shown | {"patient-text": "", "patient_name": "Somebody", "date": "2027-01-04"})
    assert Booking.objects.get().patient is None


def test_what_was_chosen_stays_in_a_form_that_is_refused_with_what_sets_it_apart(desk: Client, grace: Patient) -> None:
    answer = book(desk, patient=grace.pk, date="never")
    assert answer.status_code == 422
    assert form_of(answer)["patient"] == str(grace.pk)
    assert form_of(answer)["patient-text"] == "Grace Hopper"
    assert "9 Dec 1906 · 0171 1906" in answer.content.decode()


def test_who_was_archived_meanwhile_is_refused_by_name(desk: Client, ada: Patient) -> None:
    Patient.objects.update(archived_at=timezone.now())
    answer = book(desk, patient=ada.pk)
    assert answer.context["form"].errors["patient"] == [
        "Ada Lovelace is archived. Restore the patient first, or choose another one."
    ]


def test_an_archived_patients_booking_can_still_be_edited(desk: Client, ada: Patient) -> None:
    booking = Booking.objects.create(patient=ada, date="2027-01-04", patient_name="Ada")
    Patient.objects.update(archived_at=timezone.now())
    address = f"/bookings/{booking.pk}/edit/"
    assert desk.post(address, form_of(desk.get(address)) | {"reason": "a cough"}).status_code == 302


def test_who_was_deleted_meanwhile_is_told_with_who_did_it(desk: Client, ada: Patient) -> None:
    number = ada.pk
    ada.delete()
    (told,) = book(desk, patient=number).context["form"].errors["patient"]  # type: ignore[attr-defined]
    assert told.startswith("This patient was deleted")
    assert told.endswith("Choose another one.")


@pytest.mark.parametrize("number", ["²", "-1", "abc", "9" * 20, "a\x00b", "1e3", "1,2"])
def test_what_is_no_number_of_a_row_is_refused_in_words(desk: Client, number: str) -> None:
    answer = book(desk, patient=number)
    assert answer.context["form"].errors["patient"] == ["Choose one of those that are offered."]  # type: ignore[attr-defined]


def test_a_completed_bookings_patient_is_shown_and_cannot_be_changed(desk: Client, ada: Patient) -> None:
    booking = Booking.objects.create(patient=ada, date="2027-01-04", status="completed")
    page = words(desk.get(f"/bookings/{booking.pk}/edit/"))
    assert f'name="patient" value="{ada.pk}" disabled' in page


def test_a_prescription_is_found_by_its_text_and_kept_with_its_dosage(
    client_of: ClientOf, record: MedicalRecord, gauze: Item
) -> None:
    clinician, address = client_of("clinician"), f"/records/{record.pk}/prescriptions/"
    page = clinician.get(f"/records/{record.pk}/")
    given = form_of(page, address) | {"item-text": "gau", "dosage": "daily"}
    answer = clinician.post(address, given)
    assert answer.status_code == 422
    assert f'type="radio" name="item" value="{gauze.pk}"' in answer.content.decode()
    assert 'value="daily"' in answer.content.decode()
    assert clinician.post(address, form_of(answer, address) | {"item": gauze.pk}).status_code == 302
    assert record.prescriptions.get().item == gauze


def test_what_ran_out_meanwhile_is_refused_by_name(client_of: ClientOf, record: MedicalRecord, gauze: Item) -> None:
    Item.objects.update(quantity=0)
    answer = client_of("clinician").post(f"/records/{record.pk}/prescriptions/", {"item": gauze.pk, "quantity": 1})
    assert "Gauze is out of stock. Choose another item." in answer.content.decode()


def test_more_lines_keep_texts_that_are_not_chosen_yet(client_of: ClientOf, gauze: Item) -> None:
    store = client_of("store")
    form = form_of(store.get("/inventory/receive/"))
    answer = store.post("/inventory/receive/", form | {"line-1-item-text": "gau", "more": "1"})
    longer = form_of(answer)
    assert longer["line-1-item-text"] == "gau"
    longer |= {"delivery_note": "D-1", "line-1-item": gauze.pk, "line-1-quantity": "2"}
    assert store.post("/inventory/receive/", longer).status_code == 302
    assert StockMovement.objects.filter(reason="delivery", item=gauze).exists()


def test_few_practitioners_are_a_list_and_many_a_search(desk: Client) -> None:
    Practitioner.objects.bulk_create(Practitioner(full_name=f"Doctor {number:02}") for number in range(50))
    assert '<select name="practitioner"' in words(desk.get(NEW))
    last = Practitioner.objects.create(full_name="Zoe Zimmer", specialty="Skin")
    for address in (NEW, "/bookings/"):
        page = words(desk.get(address))
        assert '<select name="practitioner"' not in page
        assert "Doctor 07" not in page
    assert "Zoe Zimmer" in words(desk.get("/bookings/practitioners/?q=skin"))
    assert form_of(desk.get(f"{NEW}?practitioner={last.pk}"))["practitioner-text"] == "Zoe Zimmer"


def test_a_practitioner_is_still_chosen_when_a_list_became_a_search(desk: Client) -> None:
    chosen = Practitioner.objects.create(full_name="Noor Haddad")
    form = form_of(desk.get(NEW)) | {"practitioner": chosen.pk, "patient_name": "Ada", "date": "2027-01-04"}
    Practitioner.objects.bulk_create(Practitioner(full_name=f"Doctor {number:02}") for number in range(50))
    assert desk.post(NEW, form).status_code == 302
    assert Booking.objects.get().practitioner == chosen


def test_a_list_is_filtered_by_one_of_many_practitioners(desk: Client) -> None:
    Practitioner.objects.bulk_create(Practitioner(full_name=f"Doctor {number:02}") for number in range(60))
    theirs = Practitioner.objects.get(full_name="Doctor 07")
    Booking.objects.create(patient_name="Ada", practitioner=theirs, date="2027-01-04")
    Booking.objects.create(patient_name="Grace", date="2027-01-04")
    page = words(desk.get(f"/bookings/?practitioner={theirs.pk}"))
    assert "Ada" in page
    assert "Grace" not in page
    assert 'value="Doctor 07"' in page


@pytest.mark.parametrize(("role", "address"), [("cashier", "/bills/new/"), ("clinician", "/records/new/")])
def test_something_new_asks_whom_it_is_for_and_then_is_begun(
    client_of: ClientOf, grace: Patient, role: str, address: str
) -> None:
    client = client_of(role)
    first = form_of(client.get(address), "")
    found = client.get(address, first | {"patient-text": "hopper"})
    assert f'type="radio" name="patient" value="{grace.pk}"' in found.content.decode()
    begun = client.get(address, form_of(found, "") | {"patient": grace.pk})
    assert begun.context["patient"] == grace


def test_a_bill_for_nobody_that_is_found_says_so(client_of: ClientOf, ada: Patient) -> None:
    page = client_of("cashier").get("/bills/new/", {"patient-text": "zebra"}).content.decode()
    assert "No patient matches “zebra”." in page
