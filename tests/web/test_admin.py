"""Django's admin: whatever is registered can be added, changed and deleted there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.practice.models import Practitioner, Service
from tests.web.forms import Forms

LEAST: dict[str, dict[str, str]] = {
    "auth.group": {"name": "helpers"},
    "patients.patient": {"first_name": "Grace"},
    "records.medicalrecord": {"patient": "{patient}"},
    "practice.practitioner": {"full_name": "Otto Weiss"},
    "practice.service": {"name": "Check-up"},
    "bookings.booking": {"patient_name": "Grace", "date": "2030-01-01"},
    "billing.bill": {"patient": "{patient}"},
    "billing.payment": {"bill": "{bill}", "amount": "5.00"},
    "inventory.item": {"name": "Gauze"},
}
"""What must be typed into the form that adds one."""
CHANGED: dict[str, dict[str, str]] = {
    "auth.group": {"name": "assistants"},
    "patients.patient": {"last_name": "Hopper"},
    "records.medicalrecord": {"diagnosis": "flu"},
    "practice.practitioner": {"specialty": "surgery"},
    "practice.service": {"duration_minutes": "45"},
    "bookings.booking": {"reason": "a cough"},
    "billing.bill": {"service_fee": "12.50"},
    "billing.payment": {"reference": "receipt 7"},
    "inventory.item": {"category": "dressings"},
}
READ_ONLY = ("auth.user", "inventory.stockmovement")


@pytest.fixture
def rows(db: None) -> dict[str, str]:
    """Rows that others refer to, by the words of `LEAST`."""
    patient = Patient.objects.create(first_name="Ada")
    bill = Bill.objects.create(patient=patient, service_fee=100)
    Item.objects.create(name="Tape", quantity=5)
    Practitioner.objects.create(full_name="Noor Haddad")
    Booking.objects.create(patient=patient, date="2030-01-01", service=Service.objects.create(name="Visit"))
    return {"patient": str(patient.pk), "bill": str(bill.pk)}


@pytest.fixture
def root(db: None) -> Client:
    """The admin's owner."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def form_on(client: Client, address: str) -> dict[str, Any]:
    """The inputs of the page's own form, as a browser would send them."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    (form,) = (form for form in Forms(answer.content.decode()).forms if "_save" in form or len(form) > 3)
    return {name: value for name, value in form.items() if name}


def errors(answer: Any) -> list[str]:
    return re.findall(r'<ul class="errorlist.*?</ul>', answer.content.decode(), re.DOTALL)


def test_every_model_of_the_admin_is_tried_below() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {*LEAST, *READ_ONLY}


@pytest.mark.parametrize("label", LEAST)
def test_a_row_is_added_changed_and_deleted(root: Client, rows: dict[str, str], label: str) -> None:
    model = apps.get_model(label)
    base = f"/admin/{label.replace('.', '/')}/"
    before = set(model._default_manager.values_list("pk", flat=True))
    typed = {name: text.format(**rows) for name, text in LEAST[label].items()}
    added = root.post(base + "add/", form_on(root, base + "add/") | typed)
    assert added.status_code == 302, errors(added)
    (pk,) = set(model._default_manager.values_list("pk", flat=True)) - before
    page = f"{base}{pk}/change/"
    changed = root.post(page, form_on(root, page) | CHANGED[label])
    assert changed.status_code == 302, errors(changed)
    ((name, value),) = CHANGED[label].items()
    assert str(getattr(model._default_manager.get(pk=pk), name)) == value
    for look in (base, f"{base}?q=a", f"{base}{pk}/history/", f"{base}{pk}/delete/"):
        assert root.get(look).status_code == 200, look
    assert root.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 302
    assert not model._default_manager.filter(pk=pk).exists()


def test_the_ledger_is_there_to_be_read(root: Client, rows: dict[str, str]) -> None:
    base = "/admin/inventory/stockmovement/"
    pk = Item.objects.get().movements.get().pk
    assert root.get(base).status_code == root.get(f"{base}{pk}/change/").status_code == 200
    assert root.get(base + "add/").status_code == root.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403


def test_accounts_are_changed_on_the_products_own_page_alone(root: Client) -> None:
    grace = User.objects.create_user("grace", password="a-Long-1-passphrase")
    base = f"/admin/auth/user/{grace.pk}/"
    seen = root.get(f"{base}change/").content.decode()
    assert 'name="first_name"' not in seen
    assert "a-Long" not in seen
    assert grace.password.partition("$")[0] + "$" not in seen
    assert root.get("/admin/auth/user/").status_code == 200
    (page,) = re.findall(r'href="(/setup/accounts/\d+/)" class="viewsitelink"', seen)
    assert root.get(page).status_code == 200
    sent = {"username": "grace", "first_name": "Nobody", "password1": "b-Long-1-phrase", "password2": "b-Long-1-phrase"}
    for address in (f"{base}change/", f"{base}password/", f"{base}delete/", "/admin/auth/user/add/"):
        assert root.post(address, sent).status_code == 403, address
    assert User.objects.filter(username="grace", first_name="").get().check_password("a-Long-1-passphrase")
