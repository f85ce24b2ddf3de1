"""Every search box finds people and things however they are written, and the patient of a booking that names none."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.inventory.models import Item, StockMovement
from clinic.patients.filters import found
from clinic.patients.models import Patient, PatientReference
from clinic.practice.models import Practitioner, Service
from clinic.records.models import MedicalRecord
from clinic.screens.search import meant, words_of
from tests.web.patients.conftest import ClientOf, client_of

__all__ = ["client_of"]

PHONES = [
    ("+49 (0)30 901820", "030 901820"),
    ("+49 (0)30 901820", "0049 30 901820"),
    ("+49 (0)30 901820", "+49 30 901820"),
    ("030/90 18 20", "+49 (0)30 901820"),
    ("030/90 18 20", "0049 (0) 30 901820"),
    ("0049-30-901820", "+49 30 901820"),
    ("0049-30-901820", "(030) 901820"),
    ("4930901820", "030 901820"),
    ("+49 30 901820", "901820"),
    ("+49 30 901820", "030 9018"),
    ("030 901820", "Jürgen 030 901820"),
    ("٠٣٠٩٠١٨٢٠", "+49 30 901820"),
    ("+49 30 901820", "٠٣٠ ٩٠١٨٢٠"),
    ("+39 06 698 12345", "06 69812345"),
]


@pytest.fixture
def nobody_named(db: None) -> Patient:
    """A patient with a record, a bill and a booking, which says nothing but whose it is, as scripts write it."""
    patient = Patient.objects.create(
        first_name="Jürgen", last_name="Müllerová", phone="+49 (0)30 901820", email="jm@example.org"
    )
    MedicalRecord.objects.create(patient=patient, diagnosis="Influenza")
    Bill.objects.create(patient=patient, service_fee=10)
    Booking.objects.create(patient=patient, date="2026-05-05")
    Patient.objects.create(first_name="Somebody", last_name="Else", phone="+49 89 1234567")
    return patient


def words(client: Client, address: str, text: str) -> str:
    answer = client.get(f"{address}?{urlencode({'q': text})}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


@pytest.mark.parametrize("address", ["/patients/", "/records/", "/bills/", "/bookings/"])
def test_a_list_finds_its_rows_by_the_patient(client_of: ClientOf, nobody_named: Patient, address: str) -> None:
    client = client_of("manager")
    for text in ("Mullerova", "MULLEROVA, jurgen", "030 901820", "0049 30 901820", "jm@example.org"):
        assert "Müllerová" in words(client, address, text), text
    assert "Müllerová" not in words(client, address, "Mullerovic")


@pytest.mark.parametrize("address", ["patients/patient", "records/medicalrecord", "billing/bill", "bookings/booking"])
def test_the_admin_finds_its_rows_by_the_patient(administrator: Client, nobody_named: Patient, address: str) -> None:
    for text in ("Mullerova", "0049 30 901820"):
        assert "Müllerová" in words(administrator, f"/admin/{address}/", text)
    assert "Müllerová" not in words(administrator, f"/admin/{address}/", "Mullerovic")


@pytest.mark.parametrize("address", ["inventory/item", "inventory/stockmovement"])
def test_the_admin_finds_items_and_their_movements(administrator: Client, db: None, address: str) -> None:
    Item.objects.create(name="Sérum phy-siologique", sku="É-9", quantity=1)
    assert StockMovement.objects.count() == 1
    for text in ("serum physiologique".replace("phy", "phy-"), "e-9"):
        assert "Sérum" in words(administrator, f"/admin/{address}/", text)


def test_the_admin_offers_bookings_by_their_patients_in_few_queries(
    administrator: Client, nobody_named: Patient
) -> None:
    Booking.objects.bulk_create(Booking(patient=nobody_named, date="2026-05-05") for _n in range(15))
    field = {"app_label": "billing", "model_name": "bill", "field_name": "booking", "term": "Mullerova"}
    with CaptureQueriesContext(connection) as queries:
        answer = administrator.get(f"/admin/autocomplete/?{urlencode(field)}")
    assert [row["text"] for row in answer.json()["results"]] == ["2026-05-05 Jürgen Müllerová"] * 16
    assert len(queries) < 10


def test_practitioners_and_services_are_picked_without_their_accents(client_of: ClientOf, db: None) -> None:
    Practitioner.objects.create(full_name="Zoë Müller", specialty="Pédiatrie")
    Service.objects.create(name="Vorsorge für Säuglinge")
    client = client_of("reception")
    assert "Zoë Müller" in words(client, reverse("practitioner-find"), "muller pediatrie")
    assert "Zoë Müller" not in words(client, reverse("practitioner-find"), "muller surgery")
    assert "Säuglinge" in words(client, reverse("service-find"), "saugling")


def test_the_finder_of_the_booking_form_finds_patients(client_of: ClientOf, nobody_named: Patient) -> None:
    client = client_of("reception")
    assert "Müllerová" in words(client, "/patients/find/", "Mullerova")
    assert "Müllerová" in words(client, "/patients/find/", "+49 30 9018")
    assert "Müllerová" not in words(client, "/patients/find/", "Mullerovic")


@pytest.mark.parametrize("address", ["/inventory/", "/inventory/reorder/", "/inventory/movements/"])
def test_items_are_found_without_their_accents(client_of: ClientOf, db: None, address: str) -> None:
    item = Item.objects.create(name="Paracétamol 500 mg", sku="ÄÖ-17", quantity=1)
    Item.objects.filter(pk=item.pk).update(quantity=0)
    client = client_of("store")
    for text in ("paracetamol", "500 PARACET", "ao-17", "Mg"):
        assert "Paracétamol" in words(client, address, text)
    assert "Paracétamol" not in words(client, address, "ibuprofen")


@pytest.mark.parametrize(("known", "asked"), PHONES)
def test_a_number_is_found_in_every_spelling(db: None, settings: object, known: str, asked: str) -> None:
    settings.CLINIC_COUNTRY = "DE"  # type: ignore[attr-defined]
    Patient.objects.create(first_name="Jürgen", phone=known)
    assert found(Patient.objects.all(), asked).exists()


@pytest.mark.parametrize(
    ("country", "known", "asked"),
    [
        ("US", "+1 (617) 555-0123", "1-617-555-0123"),
        ("US", "617.555.0123", "+1 617 555 0123"),
        ("US", "+44 20 7946 0958", "011 44 20 7946 0958"),
        ("RU", "+7 495 123-45-67", "8 (495) 123-45-67"),
        ("HU", "+36 1 234 5678", "06 1 234 5678"),
    ],
)
def test_the_clinics_country_tells_what_is_dialled_first(
    db: None, settings: object, country: str, known: str, asked: str
) -> None:
    settings.CLINIC_COUNTRY = country  # type: ignore[attr-defined]
    Patient.objects.create(first_name="Jürgen", phone=known)
    assert found(Patient.objects.all(), asked).exists()


@pytest.mark.parametrize("asked", ["030 901821", "+49 30 9018201", "031 901820", "301"])
def test_another_number_is_not_found(db: None, settings: object, asked: str) -> None:
    settings.CLINIC_COUNTRY = "DE"  # type: ignore[attr-defined]
    Patient.objects.create(first_name="Jürgen", phone="+49 (0)30 901820")
    assert not found(Patient.objects.all(), asked).exists()


def test_a_renamed_patients_bookings_bear_the_present_name_and_are_found_by_it(client_of: ClientOf, db: None) -> None:
    patient = Patient.objects.create(first_name="Ada", last_name="Byron", phone="0170 1815")
    Booking.objects.create(patient=patient, patient_name="Ada Byron", patient_phone="0170 1815", date="2026-05-05")
    Patient.objects.filter(pk=patient.pk).update(last_name="Lovelace", phone="0170 1843")
    client = client_of("reception")
    for text in ("Lovelace", "0170 1843", "Byron"):
        shown = words(client, "/bookings/", text)
        assert "Ada Lovelace" in shown
        assert "0170 1843" in shown
    assert "Lovelace" not in words(client, "/bookings/", "Babbage")


def test_a_number_left_with_a_booking_stays_on_its_page(client_of: ClientOf, db: None) -> None:
    patient = Patient.objects.create(first_name="Ada", phone="+44 20 7946 0958")
    same = Booking.objects.create(patient=patient, patient_phone="020 7946 0958", date="2026-05-05")
    daughters = Booking.objects.create(patient=patient, patient_phone="07700 900123", date="2026-05-05")
    client = client_of("reception")
    assert client.get(same.get_absolute_url()).content.decode().count("tel:") == 1
    page = client.get(daughters.get_absolute_url()).content.decode()
    assert "tel:+44 20 7946 0958" in page
    assert "tel:07700 900123" in page


def test_what_is_found_most_closely_comes_first(client_of: ClientOf, db: None) -> None:
    for name in ("Ambrose", "Rosewood", "Rose", "Rosé"):
        Patient.objects.create(first_name="A", last_name=name)
    client = client_of("reception")
    shown = re.findall(r"data-text=\"A (\w+)\"", words(client, "/patients/find/", "rose"))
    assert shown == ["Rose", "Rosé", "Rosewood", "Ambrose"]
    listed = re.findall(r">(\w+), A</a>", words(client, "/patients/", "rose"))
    assert listed == ["Rose", "Rosé", "Rosewood", "Ambrose"]
    assert re.findall(r">(\w+), A</a>", client.get("/patients/?q=rose&sort=-name").content.decode())[0] == "Rosé"


@pytest.mark.parametrize("address", ["/patients/", "/bookings/", "/bills/", "/records/"])
def test_signs_alone_find_nobody_and_break_nothing(client_of: ClientOf, nobody_named: Patient, address: str) -> None:
    client = client_of("manager")
    for text in ("%", "_", "'", "\\", "😀", "%%%", "()", "+"):
        assert "Müllerová" not in words(client, address, text), text


def test_a_patient_is_found_by_every_reference_it_was_known_by(db: None) -> None:
    patient = Patient.objects.create(first_name="Jürgen", external_ref="SYN-1")
    PatientReference.objects.create(external_ref="SYN-2", patient=patient)
    for asked, count in (("SYN-1", 1), (" SYN-2 ", 1), ("SYN-3", 0), ("SYN", 0)):
        assert found(Patient.objects.all(), asked).count() == count, asked


@pytest.mark.parametrize("text", ["\u02bb", "\u02b9", "\u0640", "\ua78c", "\u02c8", "\u02bb \u02b9"])
def test_what_folds_to_nothing_finds_nobody(db: None, text: str) -> None:
    Patient.objects.create(first_name="Ada")
    assert not Patient.objects.filter(meant(text)).exists()
    assert Patient.objects.filter(meant(f"{text} ada")).exists()


def test_no_letter_of_unicode_is_a_word_here_and_nothing_to_the_database(db: None) -> None:
    letters = [chr(code) for code in range(1, 0x3400) if words_of(chr(code))]
    with connection.cursor() as cursor:
        cursor.execute("select letter from unnest(%s::text[]) letter where search.words(letter) = ''", [letters])
        assert cursor.fetchall() == []
