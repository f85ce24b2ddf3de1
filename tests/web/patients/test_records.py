"""Medical records: writing, changing, deleting, prescribing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.bookings.models import Booking
from clinic.inventory.models import Item, StockMovement
from clinic.patients.models import Patient
from clinic.practice.models import Practitioner
from clinic.records.models import MedicalRecord, Prescription
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf

STORY = {"chief_complaint": "cough", "diagnosis": "Bronchitis", "pulse_bpm": "72", "temperature_celsius": "38.4"}


def test_a_record_is_written_from_a_patient(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("clinician")
    address = f"/records/new/?patient={ada.pk}"
    answer = client.post(address, form_of(client.get(address)) | STORY, follow=True)
    record = MedicalRecord.objects.get(patient=ada)
    assert answer.redirect_chain == [(f"/records/{record.pk}/", 302)]
    assert (record.diagnosis, record.pulse_bpm, record.changed_by) == ("Bronchitis", 72, "clinician")
    assert '38.4 <span class="quiet">°C</span>' in answer.content.decode()


def test_a_record_is_written_from_a_booking(client_of: ClientOf, ada: Patient) -> None:
    doctor = Practitioner.objects.create(full_name="Dr. Snow")
    booking = Booking.objects.create(patient=ada, practitioner=doctor, date="2024-05-06", reason="cough")
    client = client_of("clinician")
    address = f"/records/new/?booking={booking.pk}"
    client.post(address, form_of(client.get(address)) | {"diagnosis": "Bronchitis"})
    record = MedicalRecord.objects.get(booking=booking)
    assert (record.patient, record.practitioner, str(record.visit_on)) == (ada, doctor, "2024-05-06")
    assert record.chief_complaint == "cough"


@pytest.mark.parametrize("query", ["", "?patient=x", "?booking=x"])
def test_a_record_of_nobody_asks_whom_it_is_of(client_of: ClientOf, query: str) -> None:
    page = client_of("clinician").get(f"/records/new/{query}").content.decode()
    assert 'name="patient-text"' in page
    assert 'name="diagnosis"' not in page


def test_a_record_of_somebody_who_is_gone_does_not_exist(client_of: ClientOf) -> None:
    assert client_of("clinician").get("/records/new/?patient=4711").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"pulse_bpm": "400"}, "The pulse must lie between 0 and 350 beats/min."),
        ({"temperature_celsius": "3.7"}, "The temperature must lie between 20 and 45 °C."),
        ({"follow_up_on": "2000-01-01"}, "The follow-up cannot come before the visit."),
        ({"systolic_mmhg": "80", "diastolic_mmhg": "120"}, "The diastolic pressure cannot exceed the systolic."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    client_of: ClientOf, ada: Patient, typed: dict[str, str], words: str
) -> None:
    client = client_of("clinician")
    address = f"/records/new/?patient={ada.pk}"
    answer = client.post(address, form_of(client.get(address)) | STORY | typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Bronchitis" in answer.content.decode()
    assert not MedicalRecord.objects.exists()


def test_vital_signs_say_their_units_and_ranges(client_of: ClientOf, ada: Patient) -> None:
    html = client_of("clinician").get(f"/records/new/?patient={ada.pk}").content.decode()
    assert "Temperature (°C)" in html
    assert re.search(r'name="temperature_celsius" step="0.1"[^>]* min="20" max="45"', html)


def test_a_record_is_changed(client_of: ClientOf, record: MedicalRecord) -> None:
    client = client_of("clinician")
    address = f"/records/{record.pk}/edit/"
    client.post(address, form_of(client.get(address)) | {"treatment_plan": "rest"})
    record.refresh_from_db()
    assert (record.diagnosis, record.treatment_plan) == ("Influenza", "rest")


def prescribe(client: Client, record: MedicalRecord, item: Item, quantity: int) -> str:
    address = f"/records/{record.pk}/prescriptions/"
    form = form_of(client.get(f"/records/{record.pk}/"), address)
    answer = client.post(address, form | {"item": item.pk, "quantity": quantity, "dosage": "daily"}, follow=True)
    return answer.content.decode()


def stock(item: Item) -> int:
    return Item.objects.values_list("quantity", flat=True).get(pk=item.pk)


def test_a_prescription_takes_from_stock_and_the_ledger_says_why(
    client_of: ClientOf, record: MedicalRecord, gauze: Item
) -> None:
    html = prescribe(client_of("clinician"), record, gauze, 2)
    assert "2 × Gauze" in html  # noqa: RUF001
    assert stock(gauze) == 3
    movement = StockMovement.objects.get(item=gauze, change=-2)
    assert (movement.reason, movement.source) == ("dispensed", "clinician")
    assert movement.note == f"medical record {record.pk}"


def test_too_little_is_refused_by_name_with_the_quantity_left(
    client_of: ClientOf, record: MedicalRecord, gauze: Item
) -> None:
    html = prescribe(client_of("clinician"), record, gauze, 6)
    assert "Only 5 of Gauze are left, 6 were asked for." in html
    assert 'value="6"' in html
    assert stock(gauze) == 5
    assert not Prescription.objects.exists()


def test_an_item_that_ran_out_meanwhile_is_refused(client_of: ClientOf, record: MedicalRecord, gauze: Item) -> None:
    client = client_of("clinician")
    page = client.get(f"/records/{record.pk}/")
    Item.objects.update(quantity=0)
    address = f"/records/{record.pk}/prescriptions/"
    html = client.post(address, form_of(page, address) | {"item": gauze.pk, "quantity": 1}).content.decode()
    assert "out of stock" in html


def test_a_removed_prescription_returns_what_it_took_once(
    client_of: ClientOf, record: MedicalRecord, gauze: Item
) -> None:
    client = client_of("clinician")
    prescribe(client, record, gauze, 2)
    address = f"/prescriptions/{Prescription.objects.get().pk}/remove/"
    client.post(address)
    client.post(address)
    assert stock(gauze) == 5
    assert StockMovement.objects.filter(change=2, reason="returned").count() == 1


def test_a_deleted_record_returns_what_it_prescribed(client_of: ClientOf, record: MedicalRecord, gauze: Item) -> None:
    client = client_of("clinician")
    prescribe(client, record, gauze, 2)
    address = f"/records/{record.pk}/delete/"
    answer = client.post(address, form_of(client.get(address)), follow=True)
    assert "The record is deleted." in answer.content.decode()
    assert not MedicalRecord.objects.exists()
    assert stock(gauze) == 5


@pytest.mark.parametrize("way", ["delete from medical_record", "truncate medical_record"])
def test_a_script_cannot_take_a_record_away_and_lose_its_stock(record: MedicalRecord, gauze: Item, way: str) -> None:
    Prescription.objects.create(record=record, item=gauze, quantity=1)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="prescription_record_exists"):
        cursor.execute(way)


@pytest.mark.parametrize("way", ["delete from medical_record", "truncate medical_record"])
def test_a_script_may_take_records_away_that_prescribed_nothing(record: MedicalRecord, way: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(way)
    assert not MedicalRecord.objects.exists()


def test_nothing_is_prescribed_on_a_record_that_does_not_exist(gauze: Item) -> None:
    with pytest.raises(IntegrityError, match="medical record 4711 does not exist"):
        Prescription.objects.create(record_id=4711, item=gauze, quantity=1)


def test_a_record_costs_seven_queries(client_of: ClientOf, record: MedicalRecord, gauze: Item) -> None:
    client = client_of("clinician")
    prescribe(client, record, gauze, 1)
    prescribe(client, record, gauze, 1)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/records/{record.pk}/")
    assert len(queries) <= 7, [query["sql"] for query in queries]
