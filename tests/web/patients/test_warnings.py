"""What speaks against a prescription is said first, and given all the same with a reason that is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from clinic.inventory.models import Item, StockMovement
from clinic.patients.models import Patient
from clinic.records.allergies import named_in
from clinic.records.models import MedicalRecord, Prescription
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf

NOT_YET = "Nothing is prescribed yet. Read the warning; to prescribe it all the same, give a reason."


@pytest.fixture
def penicillin(ada: Patient) -> Item:
    Patient.objects.filter(pk=ada.pk).update(allergies="Nuts, PENIZILLIN (rash)")
    return Item.objects.create(name="Penicillin V 500 mg, 20 tablets", quantity=9)


@pytest.fixture
def expired(db: None) -> Item:
    yesterday = timezone.localdate() - timedelta(days=1)
    return Item.objects.create(name="Gauze", quantity=5, expires_on=yesterday)


def address_of(record: MedicalRecord) -> str:
    return f"/records/{record.pk}/prescriptions/"


def prescribe(client: Client, record: MedicalRecord, item: Item, **typed: str) -> HttpResponse:
    page = client.get(f"/records/{record.pk}/")
    form = form_of(page, address_of(record)) | {"item": item.pk, "quantity": 2, **typed}
    return client.post(address_of(record), form, follow=True)


def answer(client: Client, record: MedicalRecord, asked: HttpResponse, **typed: str) -> HttpResponse:
    return client.post(address_of(record), form_of(asked, address_of(record)) | typed, follow=True)


def test_what_has_expired_is_given_with_a_reason_that_prescription_and_ledger_keep(
    client_of: ClientOf, record: MedicalRecord, expired: Item
) -> None:
    client = client_of("clinician")
    asked = prescribe(client, record, expired, dosage="once a day")
    html = asked.content.decode()
    assert asked.status_code == 422
    assert NOT_YET in html
    assert "Gauze expired on " in html
    assert 'value="once a day"' in html
    assert not Prescription.objects.exists()
    given = answer(client, record, asked, reason="no other in the house")
    told = Prescription.objects.get()
    assert told.warnings.startswith("Gauze expired on ")
    assert told.override_reason == "no other in the house"
    assert "Given because: no other in the house" in " ".join(strip_tags(given.content.decode()).split())
    movement = StockMovement.objects.get(reason="dispensed")
    assert (movement.change, movement.note) == (-2, f"medical record {record.pk}: no other in the house")


def test_a_medicine_named_in_the_allergies_is_given_with_a_reason(
    client_of: ClientOf, record: MedicalRecord, penicillin: Item
) -> None:
    client = client_of("clinician")
    asked = prescribe(client, record, penicillin)
    assert "allergies name PENIZILLIN: Penicillin V 500 mg, 20 tablets." in asked.content.decode()
    assert "Classes of medicines and interactions are not checked." in asked.content.decode()
    assert answer(client, record, asked, reason="tested negative").status_code == 200
    assert Prescription.objects.get().override_reason == "tested negative"


def test_a_warning_without_a_reason_is_asked_again(client_of: ClientOf, record: MedicalRecord, expired: Item) -> None:
    client = client_of("clinician")
    for _n in range(2):
        asked = answer(client, record, prescribe(client, record, expired), reason="  ")
        assert NOT_YET in asked.content.decode()
    assert not Prescription.objects.exists()


def test_a_reason_answers_only_what_was_shown(
    client_of: ClientOf, record: MedicalRecord, expired: Item, penicillin: Item
) -> None:
    client = client_of("clinician")
    asked = prescribe(client, record, expired)
    other_item = answer(client, record, asked, reason="none left", item=str(penicillin.pk))
    assert "allergies name PENIZILLIN" in other_item.content.decode()
    Patient.objects.update(allergies="gauze")
    more = answer(client, record, asked, reason="none left")
    assert "allergies name gauze: Gauze." in more.content.decode()
    assert not Prescription.objects.exists()
    answer(client, record, more, reason="none left")
    assert "expired on" in Prescription.objects.get().warnings
    assert "allergies name gauze" in Prescription.objects.get().warnings


def test_nothing_is_asked_about_what_speaks_against_nothing(
    client_of: ClientOf, record: MedicalRecord, penicillin: Item, gauze: Item
) -> None:
    given = prescribe(client_of("clinician"), record, gauze)
    assert "Prescribed, and taken out of stock." in given.content.decode()
    assert (Prescription.objects.get().warnings, Prescription.objects.get().override_reason) == ("", "")


def test_what_has_expired_is_not_called_available(client_of: ClientOf, expired: Item) -> None:
    fresh = Item.objects.create(name="Tape", quantity=3, expires_on=timezone.localdate())
    html = " ".join(client_of("clinician").get("/inventory/find/?in_stock=1").content.decode().split())
    yesterday = timezone.localdate() - timedelta(days=1)
    assert f'data-text="Gauze" data-facts="none left, 5 expired on {yesterday.day} {yesterday:%b %Y}"' in html
    assert f'data-text="{fresh.name}" data-facts="3 left"' in html


def test_the_database_wants_a_reason_too(record: MedicalRecord, gauze: Item) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="in_spite_of_a_warning_has_a_reason"):
        cursor.execute(
            "insert into prescription (record_id, item_id, quantity, warnings) values (%s, %s, 1, 'expired')",
            [record.pk, gauze.pk],
        )


@pytest.mark.parametrize(
    ("allergies", "item", "words"),
    [
        ("Penicillin, nuts", "Penicillin V 500 mg", ["Penicillin"]),
        ("penicillins", "Penicillin V 500 mg", ["penicillins"]),
        ("Penizillin", "Penicillin V 500 mg", ["Penizillin"]),
        ("pénicilline", "Penicillin V 500 mg", ["pénicilline"]),
        ("PENICILINA", "Penicillin V 500 mg", ["PENICILINA"]),
        ("Penicillinallergie", "Penicillin V 500 mg", ["Penicillinallergie"]),
        ("penicillin", "Benzylpenicillin 600 mg", ["penicillin"]),
        ("sulfa", "Sulfamethoxazole 400 mg", ["sulfa"]),
        ("cefalexin", "Cephalexin 250 mg", ["cefalexin"]),
        ("Latex; Aspirin", "Aspirin 75 mg, 100 tablets", ["Aspirin"]),
        ("Pflaster, latex", "Surgical gloves, latex", ["latex"]),
        ("nut", "Nuts, mixed", ["nut"]),
        ("Jod", "Iod-Lösung", ["Jod"]),
        ("tolerates ibuprofen", "Ibuprofen 400 mg", ["ibuprofen"]),
        ("青霉素", "青霉素V钾片", ["青霉素"]),
        ("青霉素过敏", "青霉素V钾片 250 mg", ["青霉素过敏"]),
        ("花生", "花生油 10 ml", ["花生"]),
        ("ペニシリンアレルギー", "ペニシリンV 錠", ["ペニシリンアレルギー"]),
        ("egg", "Eggs, powdered", ["egg"]),
        ("Eggs", "Egg yolk", ["Eggs"]),
        ("bees", "Bee venom", ["bees"]),
        ("B12", "Vitamin B12 1 mg", ["B12"]),
        ("Vitamin B-12", "Vitamin B12 1 mg", ["B-12"]),
        ("vitamin D3", "D3 20,000 IU", ["D3"]),
        ("5-FU", "5-FU 500 mg", ["5-FU"]),
        ("5FU", "5-FU 500 mg", ["5FU"]),
        ("Jodallergie", "Jod-Lösung", ["Jodallergie"]),
        ("Eisenallergie", "Eisen 100 mg", ["Eisenallergie"]),
        ("Pflaster", "Heftpflaster", ["Pflaster"]),
        ("", "Penicillin V 500 mg", []),
        ("Amoxicillin 500mg", "Paracetamol 500mg", []),
        ("Kochsalzlösung", "Jod-Lösung", []),
        ("过敏", "青霉素V钾片", []),
        ("B12", "B11", []),
        ("vitamin B12", "Vitamin C", []),
        ("Eier", "Eisen 100 mg", []),
        ("none known", "Nonelastic bandage", []),
        ("No known allergies", "Penicillin V 500 mg", []),
        ("rash from aspirin tablets, 500 mg", "Paracetamol 500 mg, 100 tablets", []),
        ("penicillin", "Amoxicillin 500 mg, 21 capsules", []),
        ("nuts", "Nutrison 1 l", []),
        ("sulfa", "Ferrous sulfate 200 mg, 28 tablets", []),
        ("citric acid", "Folic acid 400 micrograms", []),
        ("%$", "Gauze", []),
    ],
)
def test_an_item_is_named_in_the_allergies(allergies: str, item: str, words: list[str]) -> None:
    assert named_in(allergies, item) == words
