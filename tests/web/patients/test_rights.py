"""Every address of patients and records, for every role, and for nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from clinic.inventory.models import Item
from clinic.patients.models import MedicalRecord, Patient, Prescription
from clinic.staff.roles import ROLES
from tests.web.patients.conftest import ClientOf

ADDRESSES = {
    "/patients/": "patients.view_patient",
    "/patients/1/": "patients.view_patient",
    "/patients/new/": "patients.add_patient",
    "/patients/1/edit/": "patients.change_patient",
    "/patients/1/merge/": "patients.change_patient",
    "/patients/1/archive/": "patients.change_patient",
    "/patients/1/restore/": "patients.change_patient",
    "/patients/1/delete/": "patients.delete_patient",
    "/records/": "patients.view_medicalrecord",
    "/records/1/": "patients.view_medicalrecord",
    "/records/new/?patient=1": "patients.add_medicalrecord",
    "/records/1/edit/": "patients.change_medicalrecord",
    "/records/1/delete/": "patients.delete_medicalrecord",
    "/records/1/prescriptions/": "patients.change_medicalrecord",
    "/prescriptions/1/remove/": "patients.change_medicalrecord",
    "/desk/changed/patient/1/?since=": "patients.view_patient",
    "/desk/changed/medical_record/1/?since=": "patients.view_medicalrecord",
}
POSTED = ("archive", "restore", "prescriptions", "remove")


@pytest.fixture(autouse=True)
def rows(db: None) -> None:
    """One row of each kind, all with the number 1."""
    patient = Patient.objects.create(pk=1, first_name="Ada")
    record = MedicalRecord.objects.create(pk=1, patient=patient)
    item = Item.objects.create(pk=1, name="Gauze", quantity=5)
    Prescription.objects.create(pk=1, record=record, item=item, quantity=1)


def call(client: Client, address: str) -> int:
    method = client.post if address.rstrip("/").rpartition("/")[2] in POSTED else client.get
    return int(method(address).status_code)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_permission_table_grants_and_nothing_else(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    granted = {
        f"{app_model.split('.')[0]}.{action}_{app_model.split('.')[1]}"
        for app_model, actions in ROLES[role].items()
        for action in actions
    }
    opened = {address for address in ADDRESSES if call(client, address) != 403}
    assert opened == {address for address, right in ADDRESSES.items() if right in granted}


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_is_sent_to_the_sign_in_page(client: Client, address: str) -> None:
    method = client.post if address.rstrip("/").rpartition("/")[2] in POSTED else client.get
    assert method(address)["Location"].startswith("/login/?next=/")


def test_a_refusal_is_in_words(client_of: ClientOf) -> None:
    assert "This page is not for your role" in client_of("store").get("/patients/").content.decode()


@pytest.mark.parametrize("address", ["/patients/1/archive/", "/records/1/prescriptions/", "/prescriptions/1/remove/"])
def test_looking_changes_nothing(client_of: ClientOf, address: str) -> None:
    assert client_of("manager").get(address).status_code == 405
