"""Signed-in clients, and the few rows that most tests begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord

ClientOf = Callable[[str], Client]


@pytest.fixture
def client_of(db: None) -> ClientOf:
    """Sign a new user in, named as the role and of that role."""

    def of_role(role: str) -> Client:
        user = User.objects.create_user(role)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return of_role


@pytest.fixture
def ada(db: None) -> Patient:
    """Ada Lovelace, with everything that may be searched for."""
    patient = Patient.objects.create(
        first_name="Ada",
        last_name="Lovelace",
        birth_date="1815-12-10",
        phone="+44 20 7946-0958",
        email="ada@example.org",
        external_ref="SYN-1815",
    )
    patient.refresh_from_db()
    return patient


@pytest.fixture
def record(ada: Patient) -> MedicalRecord:
    """A record of Ada's."""
    record = MedicalRecord.objects.create(patient=ada, diagnosis="Influenza")
    record.refresh_from_db()
    return record


@pytest.fixture
def gauze(db: None) -> Item:
    """Five of something in the store."""
    return Item.objects.create(name="Gauze", quantity=5)
