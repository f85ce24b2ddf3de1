"""Two people at one row in Django's admin: the second is refused, and reads who was faster."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from clinic.database.stamps import Stamped
from clinic.patients.admin import PatientAdmin
from clinic.patients.models import Patient
from clinic.screens.admin import StampedForm
from tests.web.forms import Forms
from tests.web.patients.conftest import ada

__all__ = ["ada"]


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def sent_after_a_colleague(root: Client, ada: Patient) -> Any:
    address = f"/admin/patients/patient/{ada.pk}/change/"
    mine = form_of_admin(root, address)
    Patient.objects.filter(pk=ada.pk).update(allergies="nuts")
    return root.post(address, mine | {"phone": "2"})


def form_of_admin(root: Client, address: str) -> dict[str, Any]:
    return next(form for form in Forms(root.get(address).content.decode()).forms if "first_name" in form)


def test_the_admin_refuses_to_write_over_a_newer_row(root: Client, ada: Patient) -> None:
    answer = sent_after_a_colleague(root, ada)
    assert "Nothing was saved. Copy what you typed" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.allergies == "nuts"


def test_control_a_plain_form_of_the_admin_overwrites(
    root: Client, ada: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientAdmin, "form", forms.ModelForm)
    assert sent_after_a_colleague(root, ada).status_code == 302
    ada.refresh_from_db()
    assert ada.allergies == ""


def test_every_stamped_row_has_the_guard_in_the_admin() -> None:
    for model, of_model in admin.site._registry.items():
        assert issubclass(of_model.form, StampedForm) == issubclass(model, Stamped), model
