"""The end of a consultation: a completed booking, one draft record, one bill, and a patient."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest

from clinic.billing.models import Bill
from clinic.bookings.finish_consultation import finish_consultation
from clinic.bookings.models import BookingStatus
from clinic.bookings.refusals import InvalidTransitionError
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.practice.models import Service
from clinic.records.models import MedicalRecord
from clinic.records.prescribe import prescribe
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.forms import form_of

IN = BookingStatus.IN_CONSULTATION


def test_done_opens_the_record_and_the_bill_of_the_service(clinic: Clinic) -> None:
    patient = Patient.objects.create(first_name="Ada")
    booking = clinic.booking(
        status=IN, patient=patient, service=clinic.service, practitioner=clinic.noor, reason="headache"
    )
    visit = finish_consultation(booking.pk)
    record = MedicalRecord.objects.get()
    assert (record.patient, record.booking, record.practitioner) == (patient, booking, clinic.noor)
    assert (record.visit_on, record.chief_complaint) == (clinic.monday, "headache")
    bill = Bill.objects.get()
    assert (bill.patient, bill.booking, bill.service_fee, bill.total_amount) == (patient, booking, 60, 60)
    assert (visit.record, visit.bill) == (record, bill)


def test_done_twice_opens_nothing_more(clinic: Clinic) -> None:
    booking = clinic.booking(status=IN, service=clinic.service)
    finish_consultation(booking.pk)
    with pytest.raises(InvalidTransitionError, match="This booking is completed"):
        finish_consultation(booking.pk)
    assert (MedicalRecord.objects.count(), Bill.objects.count(), Patient.objects.count()) == (1, 1, 1)


def test_a_record_begun_during_the_consultation_and_a_bill_made_before_are_kept(clinic: Clinic) -> None:
    patient = Patient.objects.create(first_name="Ada")
    booking = clinic.booking(status=IN, patient=patient, service=clinic.service)
    record = MedicalRecord.objects.create(patient=patient, booking=booking, diagnosis="migraine")
    bill = Bill.objects.create(patient=patient, booking=booking, service_fee=Decimal(45))
    visit = finish_consultation(booking.pk)
    assert (visit.record, visit.bill) == (record, bill)
    assert Bill.objects.get().service_fee == 45


def test_a_new_patient_is_made_of_the_name_and_the_phone(clinic: Clinic) -> None:
    booking = clinic.booking(status=IN, patient_name="Ada King Lovelace", patient_email="ada@example.org")
    patient = finish_consultation(booking.pk).record.patient
    assert (patient.first_name, patient.last_name) == ("Ada King", "Lovelace")
    assert (patient.phone, patient.email) == ("0170 1815", "ada@example.org")
    booking.refresh_from_db()
    assert booking.patient == patient


def test_a_known_patient_is_found_by_name_and_phone(clinic: Clinic) -> None:
    ada = Patient.objects.create(first_name="ADA", last_name="Lovelace", phone="0170 1815")
    Patient.objects.create(first_name="Ada", last_name="Lovelace", phone="0170 9999")
    Patient.objects.create(first_name="Byron", last_name="Lovelace", phone="0170 1815")
    assert finish_consultation(clinic.booking(status=IN).pk).record.patient == ada


def test_two_who_fit_are_not_guessed_between(clinic: Clinic) -> None:
    for _ in range(2):
        Patient.objects.create(first_name="Ada", last_name="Lovelace", phone="0170 1815")
    finish_consultation(clinic.booking(status=IN).pk)
    assert Patient.objects.count() == 3


def test_a_booking_without_a_name_still_ends(clinic: Clinic) -> None:
    visit = finish_consultation(clinic.booking(status=IN, patient_name="", patient_phone="").pk)
    assert str(visit.record.patient) == "?"


@pytest.mark.parametrize("price", [None, 0])
def test_a_visit_that_costs_nothing_has_no_bill_and_says_so(
    client_of: ClientOf, clinic: Clinic, price: int | None
) -> None:
    service = None if price is None else Service.objects.create(name="Follow-up", price=price)
    booking = clinic.booking(status=IN, service=service)
    client = client_of("clinician")
    page = client.get(f"/bookings/{booking.pk}/")
    answer = client.post(f"/bookings/{booking.pk}/done/", form_of(page, f"/bookings/{booking.pk}/done/"), follow=True)
    assert "Completed; its record is open. There is no bill: no service with a price is named, and no medicine." in (
        unescape(answer.content.decode())
    )
    assert (MedicalRecord.objects.count(), Bill.objects.count()) == (1, 0)


def test_a_visit_with_a_service_says_that_its_bill_is_open(client_of: ClientOf, clinic: Clinic) -> None:
    booking = clinic.booking(status=IN, service=clinic.service)
    answer = client_of("clinician").post(f"/bookings/{booking.pk}/done/", headers={"HX-Request": "true"})
    assert "Completed; its record and its bill are open." in answer.content.decode()


def test_a_visit_without_a_service_has_a_bill_of_its_medicine(clinic: Clinic) -> None:
    booking = clinic.booking(status=IN, patient=Patient.objects.create(first_name="Ada"))
    record = MedicalRecord.objects.create(patient=booking.patient, booking=booking)
    item = Item.objects.create(name="Tablets", quantity=10, unit_price=Decimal("4.25"))
    prescribe(record.pk, item.pk, 2)
    finish_consultation(booking.pk)
    assert Bill.objects.get().total_amount == Decimal("8.50")
