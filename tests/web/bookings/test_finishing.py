"""The end of a consultation: a completed booking, one draft record, one bill, and a patient."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clinic.billing.models import Bill
from clinic.bookings.finish_consultation import finish_consultation
from clinic.bookings.models import Status
from clinic.bookings.refusals import NotLawfulError
from clinic.patients.models import MedicalRecord, Patient
from tests.web.bookings.conftest import Clinic

IN = Status.IN_CONSULTATION


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
    booking = clinic.booking(status=IN)
    finish_consultation(booking.pk)
    with pytest.raises(NotLawfulError, match="This booking is completed"):
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
    assert visit.bill.total_amount == 0
