"""Rows that are gone when somebody acts on them: a second click is kind, a slower colleague reads what happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.database.actor import acting_as
from clinic.inventory.models import Item
from clinic.patients.merge import merge
from clinic.patients.models import Patient
from clinic.practice.models import BlockedDay, Practitioner, Service
from clinic.records.models import MedicalRecord
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf, ada, client_of, record

__all__ = ["ada", "client_of", "record"]

Rows = dict[str, Any]
HTMX = {"HX-Request": "true"}
BY_GRACE = " was deleted by grace at "


@pytest.fixture
def rows(record: MedicalRecord) -> Rows:
    """One of everything that has a form or a Delete."""
    today = timezone.localdate()
    return {
        "/patients/{}/": Patient.objects.create(first_name="Grace"),
        "/records/{}/": record,
        "/bookings/{}/": Booking.objects.create(date=today, patient_name="Grace"),
        "/setup/services/{}/": Service.objects.create(name="Visit"),
        "/setup/practitioners/{}/": Practitioner.objects.create(full_name="Noor Haddad"),
        "/setup/blocked/{}/": BlockedDay.objects.create(first_day=today, last_day=today + timedelta(days=1)),
        "/setup/accounts/{}/": User.objects.create_user("mia"),
        "/inventory/{}/": Item.objects.create(name="Gauze", quantity=5),
        "/bills/{}/": Bill.objects.create(patient=record.patient, service_fee=100),
    }


LISTS = {
    "/patients/{}/": "/patients/",
    "/records/{}/": "/records/",
    "/bookings/{}/": "/bookings/",
    "/setup/services/{}/": "/setup/",
    "/setup/practitioners/{}/": "/setup/",
    "/setup/blocked/{}/": "/setup/",
    "/inventory/{}/": "/inventory/",
}
"""What can be deleted, and where its like are listed."""

EDITED = {
    "/patients/{}/edit/": "notes",
    "/records/{}/edit/": "diagnosis",
    "/bookings/{}/edit/": "reason",
    "/setup/services/{}/": "name",
    "/setup/practitioners/{}/": "full_name",
    "/setup/accounts/{}/": "last_name",
    "/inventory/{}/edit/": "category",
    "/inventory/{}/adjust/": "note",
}
SAVED_AS_NEW: list[tuple[str, str, dict[str, str]]] = [
    ("/patients/{}/edit/", "/patients/new/", {}),
    ("/bookings/{}/edit/", "/bookings/new/", {}),
    ("/setup/services/{}/", "/setup/services/new/", {}),
    ("/setup/practitioners/{}/", "/setup/practitioners/new/", {}),
    ("/setup/accounts/{}/", "/setup/accounts/new/", {"new_password": "correct horse battery"}),
    ("/inventory/{}/edit/", "/inventory/new/", {"quantity": "3"}),
]


def delete_as_grace(row: Model) -> None:
    """Let a colleague delete it meanwhile; what the test holds still knows its number."""
    with acting_as("grace"):
        type(row)._default_manager.filter(pk=row.pk).delete()


def row_at(rows: Rows, address: str) -> Model:
    """Find the row of an address."""
    row: Model = next(row for start, row in rows.items() if address.startswith(start))
    return row


def assert_told(answer: Any, address: str, words: str) -> None:
    """Require that somebody was led to a page that is there, and reads there what happened."""
    assert answer.redirect_chain == [(address, 302)]
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "message--warning" in answer.content.decode()


def lost(client: Client, rows: Rows, address: str) -> Any:
    """Type into a form for long, and send it after its row was deleted."""
    row = row_at(rows, address)
    page = address.format(row.pk)
    form = form_of(client.get(page)) | {EDITED[address]: "typed for long"}
    delete_as_grace(row)
    return client.post(page, form)


@pytest.mark.parametrize("address", LISTS)
def test_a_double_click_on_delete_deletes_once_and_both_go_on(client_of: ClientOf, rows: Rows, address: str) -> None:
    client, page = client_of("manager"), f"{address.format(rows[address].pk)}delete/"
    form = form_of(client.get(page))
    first, second = client.post(page, form), client.post(page, form)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    shown = client.get(second["Location"])
    assert shown.status_code == 200
    assert " was deleted by manager at " in shown.content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_who_deletes_what_a_colleague_deleted_reads_so_above_a_fresh_list(
    client_of: ClientOf, rows: Rows, address: str
) -> None:
    client, page = client_of("manager"), f"{address.format(rows[address].pk)}delete/"
    form = form_of(client.get(page))
    delete_as_grace(rows[address])
    for answer in (client.post(page, form, follow=True), client.get(page, follow=True)):
        assert_told(answer, LISTS[address], BY_GRACE)


@pytest.mark.parametrize("address", LISTS)
def test_htmx_is_led_to_the_fresh_list_too(client_of: ClientOf, rows: Rows, address: str) -> None:
    client, page = client_of("manager"), f"{address.format(rows[address].pk)}delete/"
    delete_as_grace(rows[address])
    answer = client.post(page, headers=HTMX)
    assert answer["HX-Redirect"] == LISTS[address]
    assert "refreshStats" in answer["HX-Trigger"]
    assert BY_GRACE in client.get(LISTS[address]).content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_what_never_was_is_no_page(client_of: ClientOf, address: str) -> None:
    assert client_of("manager").get(f"{address.format(4711)}delete/").status_code == 404


@pytest.mark.parametrize("address", EDITED)
def test_what_was_typed_into_the_form_of_a_deleted_row_is_still_there(
    client_of: ClientOf, rows: Rows, address: str
) -> None:
    answer = lost(client_of("manager"), rows, address)
    assert answer.status_code == 409
    assert "typed for long" in answer.content.decode()
    assert BY_GRACE in answer.content.decode()
    assert "What you typed is still here" in answer.content.decode()


@pytest.mark.parametrize(("address", "save_as_new", "more"), SAVED_AS_NEW)
def test_it_can_be_saved_as_a_new_row(
    client_of: ClientOf, rows: Rows, address: str, save_as_new: str, more: dict[str, str]
) -> None:
    client = client_of("manager")
    answer = lost(client, rows, address)
    assert f'formaction="{save_as_new}"' in answer.content.decode()
    assert client.post(save_as_new, form_of(answer) | more).status_code == 302
    model = type(row_at(rows, address))
    assert model._default_manager.filter(**{EDITED[address]: "typed for long"}).count() == 1


def test_a_record_is_saved_as_new_for_its_patient(client_of: ClientOf, rows: Rows, ada: Patient) -> None:
    client = client_of("clinician")
    answer = lost(client, rows, "/records/{}/edit/")
    assert f'formaction="/records/new/?patient={ada.pk}"' in answer.content.decode()
    client.post(f"/records/new/?patient={ada.pk}", form_of(answer))
    assert MedicalRecord.objects.get().diagnosis == "typed for long"


def test_who_may_not_add_a_row_is_not_offered_to(client_of: ClientOf, rows: Rows) -> None:
    client = client_of("reception")
    Group.objects.get(name="reception").permissions.remove(Permission.objects.get(codename="add_booking"))
    page = lost(client, rows, "/bookings/{}/edit/").content.decode()
    assert "typed for long" in page
    assert "formaction" not in page


def test_fees_typed_for_a_deleted_bill_are_still_there(client_of: ClientOf, rows: Rows) -> None:
    bill, client = rows["/bills/{}/"], client_of("cashier")
    page = f"/bills/{bill.pk}/edit/"
    form = form_of(client.get(page)) | {"other_fee": "47.11"}
    delete_as_grace(bill)
    answer = client.post(page, form)
    assert answer.status_code == 409
    assert "47.11" in answer.content.decode()
    assert f"This bill{BY_GRACE}" in answer.content.decode()


@pytest.mark.parametrize(("address", "name"), [("/records/new/", "diagnosis"), ("/bills/new/", "other_fee")])
def test_what_was_typed_for_a_patient_who_was_merged_meanwhile_is_still_there(
    client_of: ClientOf, ada: Patient, address: str, name: str
) -> None:
    client, twin = client_of("manager"), Patient.objects.create(first_name="Ada")
    page = f"{address}?patient={twin.pk}"
    form = form_of(client.get(page)) | {name: "47.11"}
    twin.refresh_from_db()
    merge(ada.pk, twin.pk, seen={row.pk: row.changed_at.isoformat() for row in (ada, twin)})
    answer = client.post(page, form)
    assert answer.status_code == 409
    assert "47.11" in answer.content.decode()
    assert "This patient was merged into Ada Lovelace by " in answer.content.decode()
    assert f'href="/patients/{ada.pk}/"' in answer.content.decode()


@pytest.mark.parametrize("step", ["accept", "start", "done", "no-show"])
def test_a_click_on_a_step_of_a_deleted_booking_is_answered_in_words(
    client_of: ClientOf, rows: Rows, step: str
) -> None:
    client, booking = client_of("manager"), rows["/bookings/{}/"]
    page = f"/bookings/{booking.pk}/{step}/"
    delete_as_grace(booking)
    plain = client.post(page, follow=True)
    assert_told(plain, "/bookings/", f"This booking{BY_GRACE}")
    in_place = client.post(page, headers=HTMX)
    assert in_place.status_code == 409
    assert f"This booking{BY_GRACE}" in in_place.content.decode()


@pytest.mark.parametrize(
    ("method", "address", "step"),
    [
        ("get", "/bookings/{}/", "decline"),
        ("get", "/bookings/{}/", "cancel"),
        ("post", "/patients/{}/", "archive"),
        ("post", "/patients/{}/", "restore"),
        ("get", "/patients/{}/", "statement"),
        ("get", "/patients/{}/", "statement/pdf"),
    ],
)
def test_whatever_else_is_wanted_of_a_deleted_row_leads_to_its_list_and_says_why(
    client_of: ClientOf, rows: Rows, method: str, address: str, step: str
) -> None:
    client, row = client_of("manager"), rows[address]
    delete_as_grace(row)
    answer = getattr(client, method)(f"{address.format(row.pk)}{step}/", follow=True)
    assert_told(answer, LISTS[address], BY_GRACE)


@pytest.mark.parametrize(
    ("role", "address", "typed"),
    [
        ("cashier", "/bills/{}/pay/", {"amount": "47.11", "method": "cheque", "reference": "cheque 815"}),
        ("cashier", "/bills/{}/refund/", {"amount": "47.11", "method": "card", "reason": "charged twice"}),
        ("cashier", "/bills/{}/void/", {"reason": "typed twice"}),
        ("reception", "/bookings/{}/decline/", {"reason": "fully booked"}),
        ("reception", "/bookings/{}/cancel/", {"reason": "is ill"}),
    ],
)
def test_what_was_typed_about_a_step_of_a_deleted_row_is_still_there_and_cannot_be_sent_again(
    client_of: ClientOf, rows: Rows, role: str, address: str, typed: dict[str, str]
) -> None:
    client, row = client_of(role), row_at(rows, address)
    page = address.format(row.pk)
    asked = client.get(page)
    assert "button--main" in asked.content.decode()
    delete_as_grace(row)
    answer = client.post(page, form_of(asked) | typed)
    assert answer.status_code == 409
    assert form_of(answer).items() >= typed.items()
    told = answer.content.decode()
    assert f"This {row._meta.verbose_name}{BY_GRACE}" in told
    assert "button--main" not in told
    assert f'class="form__back" href="{address.partition("{}")[0]}"' in told


def test_a_bill_deleted_before_its_balance_is_taken_at_a_click_leads_to_the_list(
    client_of: ClientOf, rows: Rows
) -> None:
    bill = rows["/bills/{}/"]
    delete_as_grace(bill)
    said = {"method": "cash", "expected": "100"}
    answer = client_of("cashier").post(f"/bills/{bill.pk}/paid/", said, follow=True)
    assert_told(answer, "/bills/", f"This bill{BY_GRACE}")


def test_merging_one_who_was_deleted_changes_nothing_and_says_who_did(
    client_of: ClientOf, rows: Rows, ada: Patient
) -> None:
    client, other = client_of("reception"), rows["/patients/{}/"]
    page = f"/patients/{ada.pk}/merge/"
    form = form_of(client.get(page, {"other": other.pk}))
    delete_as_grace(other)
    answer = client.post(page, form, follow=True)
    assert_told(answer, f"/patients/{ada.pk}/", f"This patient{BY_GRACE}")
    assert "Nothing was changed." in answer.content.decode()


@pytest.mark.parametrize("address", ["/patients/{}/", "/records/{}/", "/bookings/{}/", "/inventory/{}/", "/bills/{}/"])
def test_an_open_page_of_a_deleted_row_says_so_in_its_place(client_of: ClientOf, rows: Rows, address: str) -> None:
    client, row = client_of("manager"), rows[address]
    delete_as_grace(row)
    part = client.get(address.format(row.pk), headers=HTMX).content.decode()
    assert BY_GRACE in part
    assert "<html" not in part
