"""Patients: registering, editing, archiving, deleting, each by its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf

NEW = {"first_name": "Grace", "last_name": "Hopper", "birth_date": "1906-12-09", "phone": "555 0100"}


def test_a_new_patient_is_registered_and_shown(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/"))
    answer = client.post("/patients/new/", form | NEW, follow=True)
    patient = Patient.objects.get(first_name="Grace")
    assert answer.redirect_chain == [(f"/patients/{patient.pk}/", 302)]
    assert "The patient is registered." in answer.content.decode()
    assert (patient.changed_by, patient.sex) == ("reception", "unknown")


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client_of: ClientOf) -> None:
    client = client_of("reception")
    wrong = NEW | {"first_name": "", "birth_date": "2999-01-01", "email": "grace@", "notes": "speaks COBOL"}
    answer = client.post("/patients/new/", form_of(client.get("/patients/new/")) | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "A birth date cannot lie in the future." in html
    assert 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert "speaks COBOL" in html
    assert 'value="2999-01-01"' in html
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    "same",
    [
        {"first_name": "ada", "last_name": "LOVELACE", "birth_date": "1815-12-10"},
        {"first_name": "Adá", "last_name": "Lovelac", "birth_date": "1815-12-10"},
        {"first_name": "Someone", "phone": "0044 (0)20 79460958"},
        {"first_name": "Someone", "phone": "020 7946 0958"},
        {"first_name": "Someone", "email": "ADA@example.org"},
    ],
    ids=["name and birth date", "a slip in the name", "phone from abroad", "phone at home", "e-mail"],
)
def test_a_possible_duplicate_is_shown_before_saving(client_of: ClientOf, ada: Patient, same: dict[str, str]) -> None:
    client = client_of("reception")
    shown = client.post("/patients/new/", form_of(client.get("/patients/new/")) | same)
    assert shown.status_code == 422
    assert f'href="/patients/{ada.pk}/"' in shown.content.decode()
    assert Patient.objects.count() == 1
    client.post("/patients/new/", form_of(shown))
    assert Patient.objects.count() == 2


def test_the_same_name_alone_is_no_duplicate(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    client.post(
        "/patients/new/", form_of(client.get("/patients/new/")) | {"first_name": "Ada", "last_name": "Lovelace"}
    )
    assert Patient.objects.count() == 2


def test_a_patient_is_edited(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("clinician")
    address = f"/patients/{ada.pk}/edit/"
    client.post(address, form_of(client.get(address)) | {"allergies": "penicillin", "blood_type": "AB-"})
    ada.refresh_from_db()
    assert (ada.allergies, ada.blood_type, ada.changed_by) == ("penicillin", "AB-", "clinician")
    assert ada.external_ref == "SYN-1815"


@pytest.mark.parametrize(("history", "words"), [(Bill, "1 bill"), (MedicalRecord, "1 medical record")])
def test_a_patient_with_history_is_kept_with_the_reason(
    client_of: ClientOf, ada: Patient, history: type[Bill | MedicalRecord], words: str
) -> None:
    history.objects.create(patient=ada)
    client = client_of("manager")
    address = f"/patients/{ada.pk}/delete/"
    page = client.get(address).content.decode()
    assert words in page
    assert "Archive instead" in page
    answer = client.post(address, follow=True)
    assert f"Ada Lovelace has {words}, which must be kept." in answer.content.decode()
    assert Patient.objects.filter(pk=ada.pk).exists()


def test_a_patient_without_history_is_deleted_with_bookings(client_of: ClientOf, ada: Patient) -> None:
    Booking.objects.create(patient=ada, date="2030-01-01")
    client = client_of("manager")
    address = f"/patients/{ada.pk}/delete/"
    page = client.get(address)
    assert "One booking is deleted as well." in page.content.decode()
    answer = client.post(address, form_of(page), follow=True)
    assert "Ada Lovelace is deleted." in answer.content.decode()
    assert not Patient.objects.exists()
    assert not Booking.objects.exists()


def test_an_archived_patient_leaves_the_list_and_comes_back(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    assert "is archived." in client.post(f"/patients/{ada.pk}/archive/", follow=True).content.decode()
    assert "Lovelace" not in client.get("/patients/").content.decode()
    assert "Lovelace" in client.get("/patients/?show=archived").content.decode()
    client.post(f"/patients/{ada.pk}/restore/")
    assert "Lovelace" in client.get("/patients/").content.decode()


def test_when_somebody_was_archived_is_kept_until_they_come_back(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    before = timezone.now()
    client.post(f"/patients/{ada.pk}/archive/")
    ada.refresh_from_db()
    assert ada.archived_at is not None
    assert abs(ada.archived_at - before) < timedelta(minutes=5)
    Patient.objects.update(archived_at="2020-05-01T12:00Z")
    client.post(f"/patients/{ada.pk}/archive/")
    assert str(Patient.objects.values_list("archived_at", flat=True).get()) == "2020-05-01 12:00:00+00:00"
    client.post(f"/patients/{ada.pk}/restore/")
    assert Patient.objects.values_list("archived_at", flat=True).get() is None


def test_every_change_has_the_numbers_read_again(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("manager")
    assert client.post(f"/patients/{ada.pk}/archive/")["HX-Trigger"] == "refreshStats"
    form = form_of(client.get("/patients/new/"))
    assert client.post("/patients/new/", form | NEW)["HX-Trigger"] == "refreshStats"
    assert "HX-Trigger" not in client.post("/patients/new/", {})
    assert "HX-Trigger" not in client.get("/patients/")


def test_an_unknown_patient_is_answered_in_words(client_of: ClientOf) -> None:
    answer = client_of("manager").get("/patients/4711/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
