"""A patient's page: what happened, as far as the reader may know it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.billing.models import Bill, Payment
from clinic.bookings.models import Booking
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from tests.web.patients.conftest import ClientOf


@pytest.fixture
def history(ada: Patient) -> None:
    """A visit of Ada's: booked, held, billed with 80, of which 30 is paid."""
    Booking.objects.create(patient=ada, date="2024-01-02", status="completed", reason="cough")
    MedicalRecord.objects.create(patient=ada, visit_on="2024-01-02", diagnosis="Bronchitis")
    bill = Bill.objects.create(patient=ada, issued_on="2024-01-03", service_fee=80)
    Payment.objects.create(bill=bill, amount=30)
    Bill.objects.create(patient=ada, issued_on="2024-01-04", service_fee=500, voided_at="2024-01-04T00:00Z")


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("manager", {"cough", "Bronchitis", "€80.00", "€50.00"}),
        ("reception", {"cough"}),
        ("clinician", {"cough", "Bronchitis"}),
        ("cashier", {"cough", "€80.00", "€50.00"}),
    ],
)
@pytest.mark.usefixtures("history")
def test_the_timeline_shows_each_role_its_part(client_of: ClientOf, ada: Patient, role: str, seen: set[str]) -> None:
    html = client_of(role).get(f"/patients/{ada.pk}/").content.decode()
    assert {words for words in ("cough", "Bronchitis", "€80.00", "€50.00") if words in html} == seen


@pytest.mark.usefixtures("history")
def test_the_newest_comes_first(client_of: ClientOf, ada: Patient) -> None:
    html = client_of("manager").get(f"/patients/{ada.pk}/").content.decode()
    days = [html.index(f'datetime="2024-01-0{day}"') for day in (4, 3, 2)]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("manager", {"edit", "delete", "archive", "merge", "new record"}),
        ("reception", {"edit", "archive", "merge"}),
        ("clinician", {"edit", "archive", "merge", "new record"}),
        ("cashier", set()),
    ],
)
def test_nobody_sees_a_button_they_may_not_press(
    client_of: ClientOf, ada: Patient, role: str, offered: set[str]
) -> None:
    html = client_of(role).get(f"/patients/{ada.pk}/").content.decode()
    words = {name: f'"/patients/{ada.pk}/{name}/"' for name in ("edit", "delete", "archive", "merge")}
    words["new record"] = f'"/records/new/?patient={ada.pk}"'
    assert {name for name, address in words.items() if address in html} == offered


@pytest.mark.usefixtures("history")
def test_the_page_costs_ten_queries_however_much_happened(client_of: ClientOf, ada: Patient) -> None:
    Booking.objects.bulk_create(Booking(patient=ada, date="2024-01-01", status="completed") for _n in range(50))
    client = client_of("manager")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/patients/{ada.pk}/")
    assert len(queries) <= 10, [query["sql"] for query in queries]


def test_htmx_gets_the_patient_alone(client_of: ClientOf, ada: Patient) -> None:
    html = client_of("reception").get(f"/patients/{ada.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "Ada Lovelace" in html
    assert "<html" not in html


def test_a_possible_duplicate_is_offered_for_comparison(client_of: ClientOf, ada: Patient) -> None:
    twin = Patient.objects.create(first_name="A.", email="ada@example.org")
    html = client_of("reception").get(f"/patients/{ada.pk}/").content.decode()
    assert f"/patients/{ada.pk}/merge/?other={twin.pk}" in html
