"""Nonsense in addresses and forms is answered in words, beside its field, and never by a fault."""

from __future__ import annotations

import random
import string
from datetime import date

import pytest

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.practice.models import Practitioner, Service
from clinic.records.models import MedicalRecord
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf, ada, client_of

__all__ = ["ada", "client_of"]

NO_NUMBERS = ["²", "-1", "abc", "9" * 20, "9" * 5000, "a\x00b", "1e3"]
NO_DAYS = ["0001-01-01", "9999-12-31", "2026-02-30", "99999-01-01", "\x00"]
MORE: list[dict[str, str]] = [{}, {"export": "csv"}]
ENDLESS = "".join(random.Random(1).choices(string.ascii_letters, k=20_000))
"""Longer than an index entry may be, and as random as nothing that compresses."""


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize(
    ("address", "name", "status"),
    [
        ("/bookings/new/", "patient", 200),
        ("/bookings/walk-in/", "patient", 200),
        ("/records/new/", "patient", 200),
        ("/bills/new/", "patient", 200),
        ("/records/new/", "booking", 200),
        ("/patients/{ada}/merge/", "other", 200),
        ("/bookings/slots/?date=today", "practitioner", 200),
    ],
)
def test_a_number_that_no_row_has_is_no_fault(
    client_of: ClientOf, ada: Patient, address: str, name: str, status: int, number: str
) -> None:
    assert client_of("manager").get(address.format(ada=ada.pk), {name: number}).status_code == status


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_form_that_names_no_patient_comes_back(client_of: ClientOf, number: str) -> None:
    client = client_of("reception")
    form = form_of(client.get("/bookings/new/")) | {"patient": number, "date": "2027-01-04", "reason": "a cough"}
    answer = client.post("/bookings/new/", form)
    assert answer.status_code == 422
    assert "a cough" in answer.content.decode()


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_merging_with_nobody_merges_nothing(client_of: ClientOf, ada: Patient, number: str) -> None:
    client_of("manager").post(f"/patients/{ada.pk}/merge/", {"other": number})
    assert Patient.objects.get() == ada


@pytest.mark.parametrize("day", NO_DAYS)
@pytest.mark.parametrize("address", ["/bookings/calendar/?day=", "/bookings/slots/?date=", "/bookings/?day="])
@pytest.mark.parametrize("more", ["", "&practitioner={one}"])
def test_a_day_beyond_the_calendar_is_no_fault(client_of: ClientOf, address: str, day: str, more: str) -> None:
    one = Practitioner.objects.create(full_name="Noor Haddad")
    assert client_of("reception").get(address + day + more.format(one=one.pk)).status_code == 200


@pytest.mark.parametrize("address", ["/patients/", "/records/", "/bookings/", "/patients/{ada}/merge/"])
@pytest.mark.parametrize("text", ["a\x00b", "\x00", "word " * 3000])
def test_a_search_for_anything_is_answered(client_of: ClientOf, ada: Patient, address: str, text: str) -> None:
    assert client_of("manager").get(address.format(ada=ada.pk), {"q": text}).status_code == 200


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "word " * 3000])
def test_looking_for_a_patient_to_book_is_answered(client_of: ClientOf, text: str) -> None:
    assert client_of("reception").get("/patients/find/", {"q": text}).status_code == 200


def test_a_token_that_no_page_made_is_no_fault(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/")) | {"first_name": "Grace", "form_token": "a\x00b"}
    assert client.post("/patients/new/", form).status_code == 302
    assert client.post("/patients/new/", form).status_code == 302
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/patients/new/", "last_name"),
        ("/patients/new/", "notes"),
        ("/setup/services/new/", "name"),
        ("/setup/practitioners/new/", "full_name"),
        ("/setup/practitioners/new/", "hours_0"),
        ("/setup/blocked/new/", "reason"),
        ("/bookings/new/", "patient_name"),
        ("/bookings/walk-in/", "reason"),
    ],
)
def test_an_endless_text_is_refused_beside_its_field(client_of: ClientOf, address: str, name: str) -> None:
    client = client_of("manager")
    page = client.get(address)
    answer = client.post(address, form_of(page) | {name: ENDLESS})
    assert answer.status_code == 422
    (words,) = answer.context["form"].errors[name]
    assert "characters (it has 20000)" in words


def test_a_long_text_that_a_script_wrote_may_stay_and_be_edited_around(client_of: ClientOf) -> None:
    patient = Patient.objects.create(first_name="Ada", allergies="a" * 900)
    client, address = client_of("reception"), f"/patients/{patient.pk}/edit/"
    assert client.post(address, form_of(client.get(address)) | {"phone": "111"}).status_code == 302
    assert Patient.objects.get().phone == "111"


@pytest.mark.parametrize(
    ("address", "given", "name", "words"),
    [
        ("/patients/new/", {"first_name": "Ada", "birth_date": "0001-01-01"}, "birth_date", "Give a calendar day."),
        ("/setup/services/new/", {"name": "Visit", "price": "-1"}, "price", "The price cannot be negative."),
        (
            "/setup/services/new/",
            {"name": "Visit", "duration_minutes": "0"},
            "duration_minutes",
            "A service lasts between 1 and 1440 minutes.",
        ),
        (
            "/bookings/new/",
            {"patient_name": "Ada", "date": "2027-01-04", "duration_minutes": "-5"},
            "duration_minutes",
            "A booking lasts between 1 and 1440 minutes.",
        ),
        ("/bookings/new/", {"patient_name": "Ada", "date": "0001-01-01"}, "date", "Give a calendar day."),
        (
            "/setup/blocked/new/",
            {"first_day": "2027-01-02", "last_day": "2027-01-01"},
            "last_day",
            "The last day cannot lie before the first.",
        ),
        ("/bookings/new/", {"patient_name": "Ada", "patient_email": "ada at home"}, "patient_email", "Enter a valid"),
    ],
)
def test_what_a_constraint_refuses_is_said_beside_its_field(
    client_of: ClientOf, address: str, given: dict[str, str], name: str, words: str
) -> None:
    client = client_of("manager")
    answer = client.post(address, form_of(client.get(address)) | given)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert words in errors[name][0]
    assert "__all__" not in errors
    assert not any(model._default_manager.exists() for model in (Patient, Service, Booking))


def test_a_far_day_still_has_its_calendar(client_of: ClientOf) -> None:
    answer = client_of("reception").get("/bookings/calendar/?day=2999-12-31")
    assert answer.context["day"] == date(2999, 12, 31)


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_day_that_no_calendar_has_narrows_no_list_and_no_file_down_and_is_no_fault(
    client_of: ClientOf, ada: Patient, day: str
) -> None:
    client, item = client_of("manager"), Item.objects.create(name="Gauze", quantity=5)
    filters = {
        "/patients/": ("registered_from", "registered_to"),
        "/records/": ("visit_from", "visit_to"),
        "/bills/": ("issued_from", "issued_to"),
        "/inventory/movements/": ("day",),
        f"/inventory/{item.pk}/movements/": ("day",),
        "/bookings/": ("day",),
        "/day-close/": ("day",),
        f"/patients/{ada.pk}/statement/": ("since", "until"),
        "/bookings/new/": ("date",),
        "/activity/": ("before",),
    }
    asked = [(address, name, more) for address, names in filters.items() for name in names for more in MORE]
    answers = {(address, name): client.get(address, {name: day, **more}).status_code for address, name, more in asked}
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("number", ["-2147483648", "2147483648", "5000000000", "99999999999999", "9" * 30, "1e999"])
def test_a_number_that_no_column_holds_is_refused_beside_its_field(
    client_of: ClientOf, ada: Patient, number: str
) -> None:
    client = client_of("manager")
    item, record = Item.objects.create(name="Gauze", quantity=5), MedicalRecord.objects.create(patient=ada)
    fields = {
        "/setup/services/new/": ({"name": "Visit"}, ("duration_minutes",)),
        "/inventory/new/": ({"name": "Swabs"}, ("quantity", "reorder_level")),
        f"/inventory/{item.pk}/adjust/": ({"reason": "counted"}, ("number", "seen")),
        f"/records/{record.pk}/edit/": ({}, ("pulse_bpm", "systolic_mmhg", "diastolic_mmhg")),
        "/bookings/new/": ({"patient_name": "Ada", "date": "2031-03-03"}, ("duration_minutes",)),
    }
    for address, (given, names) in fields.items():
        page = form_of(client.get(address)) | given
        for name in names:
            answer = client.post(address, page | {name: number})
            assert answer.status_code in (409, 422), (address, name)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "Ensure this value is greater than or equal to 1."),
        ("-1", "Ensure this value is greater than or equal to 1."),
        ("9" * 20, "Ensure this value is less than or equal to 1000000."),
        ("", "This field is required."),
        ("1.5", "Enter a whole number."),
        ("two", "Enter a whole number."),
    ],
)
def test_a_quantity_that_nobody_delivers_or_prescribes_is_refused_beside_it_and_shown_again(
    client_of: ClientOf, ada: Patient, number: str, words: str
) -> None:
    client = client_of("manager")
    item, record = Item.objects.create(name="Gauze", quantity=5), MedicalRecord.objects.create(patient=ada)
    page, prescribed = f"/records/{record.pk}/", f"/records/{record.pk}/prescriptions/"
    delivery = {"delivery_note": "D-17", "line-0-item": item.pk, "line-0-quantity": number}
    prescription = {"item": item.pk, "quantity": number, "dosage": "daily"}
    for address, form, kept in [
        ("/inventory/receive/", form_of(client.get("/inventory/receive/")) | delivery, "D-17"),
        (prescribed, form_of(client.get(page), prescribed) | prescription, "daily"),
    ]:
        answer = client.post(address, form)
        html = answer.content.decode()
        assert answer.status_code == 422, address
        assert words in html, address
        assert f'value="{kept}"' in html, address
        assert number == "" or f'value="{number}"' in html, address
    assert Item.objects.get().quantity == 5


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"name": "Swabs", "quantity": "-1"}, "quantity", "The quantity cannot be negative."),
        ({"name": "Swabs", "quantity": "9" * 20}, "quantity", "Ensure this value is less than or equal to 2147483647."),
        ({"name": "Swabs", "reorder_level": "-1"}, "reorder_level", "The reorder level cannot be negative."),
        ({"reason": "counted", "number": "-1"}, "number", "The quantity cannot be negative."),
        ({"reason": "used", "number": "0"}, "number", "The change cannot be zero."),
        ({"reason": "found", "number": "-1"}, "number", "“found” adds to the stock: give how many, without a minus."),
        ({"reason": "used", "number": "9" * 20}, "number", "Ensure this value is less than or equal to 1000000."),
    ],
)
def test_a_stock_that_cannot_be_is_refused_beside_its_field(
    client_of: ClientOf, given: dict[str, str], name: str, words: str
) -> None:
    client, item = client_of("store"), Item.objects.create(name="Gauze", quantity=5)
    address = "/inventory/new/" if "name" in given else f"/inventory/{item.pk}/adjust/"
    answer = client.post(address, form_of(client.get(address)) | given)
    assert answer.status_code == 422
    assert answer.context["form"].errors[name] == [words]
    assert list(Item.objects.values_list("quantity", flat=True)) == [5]


def test_an_item_may_be_entered_before_any_of_it_is_there(client_of: ClientOf) -> None:
    client = client_of("store")
    given = {"name": "Swabs", "sku": "B-12", "quantity": "0"}
    assert client.post("/inventory/new/", form_of(client.get("/inventory/new/")) | given).status_code == 302
    assert Item.objects.values_list("sku", "quantity").get() == ("B-12", 0)


def test_digits_grouped_as_programs_do_are_no_number_in_any_form(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("manager")
    item, bill = Item.objects.create(name="Gauze", quantity=5), Bill.objects.create(patient=ada, service_fee=100)
    fields = {
        f"/bills/{bill.pk}/pay/": ({}, "amount"),
        f"/bills/new/?patient={ada.pk}": ({}, "service_fee"),
        "/day-close/": ({}, "counted"),
        f"/inventory/{item.pk}/adjust/": ({"reason": "found"}, "number"),
        "/setup/services/new/": ({"name": "Visit"}, "price"),
        "/bookings/new/": ({"patient_name": "Ada", "date": "2031-03-03"}, "duration_minutes"),
    }
    for address, (given, name) in fields.items():
        answer = client.post(address, form_of(client.get(address)) | given | {name: "6_0"})
        assert answer.status_code == 422, address
        assert name in answer.context["form"].errors, address
