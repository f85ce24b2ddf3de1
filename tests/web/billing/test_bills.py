"""The list of bills: what it finds, what it adds up, at what price."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.billing.models import Bill, Payment
from clinic.patients.models import Patient
from clinic.screens import listing
from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS
from clinic.stats.metric import Metric
from tests.web.billing.conftest import ClientOf, pay

TILES = [metric for section in SECTIONS if section.key == "money" for metric in section.metrics]
SUM_OF = {
    "balance_outstanding": "balance",
    "revenue_total": "amount_paid",
    "amount_paid_total": "amount_paid",
    "amount_billed_total": "total_amount",
}
OF_SESSION = 4
"""Queries that every page costs: the session, the user, and the user's own and group permissions."""


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="row-(\d+)"', page)]


def sums(page: str) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in re.findall(r'data-sum="(\w+)" data-amount="([^"]+)"', page)}


def bill_of(patient: Patient, total: int, *payments: str, **columns: Any) -> Bill:
    made = Bill.objects.create(patient=patient, service_fee=total, **columns)
    for amount in payments:
        pay(made, amount)
    return made


@pytest.fixture
def books(ada: Patient) -> Patient:
    """Bills in every state: refunded, discounted, void, of nothing, and of an archived patient."""
    grace = Patient.objects.create(first_name="Grace", last_name="Hopper", archived_at=timezone.now())
    for patient in (ada, grace):
        bill_of(patient, 100)
        bill_of(patient, 90, "40.50", "-0.25", discount=10)
        bill_of(patient, 60, "60", "-60", "60")
        bill_of(patient, 70, "70", "-70")
        bill_of(patient, 0)
        bill_of(patient, 55, voided_at=timezone.now())
    bill_of(grace, 35, "20", "-20").__class__.objects.filter(service_fee=35).update(voided_at=timezone.now())
    return ada


@pytest.mark.parametrize("metric", TILES, ids=lambda metric: metric.key)
def test_a_tile_is_the_number_of_rows_or_the_sum_of_its_list(
    books: Patient, client_of: ClientOf, metric: Metric
) -> None:
    page = html(client_of("cashier"), metric.list_url)
    value = snapshot.read().values[metric.key]
    assert value > 0
    if metric.unit == "money":
        assert sums(page)[SUM_OF[metric.key]] == value
    else:
        assert len(rows(page)) == value


def test_sums_are_of_all_rows_and_not_of_those_that_can_be_paged_through(
    books: Patient, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED_UP_TO", 2)
    page = html(client_of("cashier"), "/bills/")
    assert len(rows(page)) == 2
    assert 'data-total="10"' in page
    assert sums(page)["total_amount"] == snapshot.read().values["amount_billed_total"]


def test_nothing_is_owed_on_void_bills(books: Patient, client_of: ClientOf) -> None:
    page = html(client_of("cashier"), "/bills/?status=void")
    assert len(rows(page)) == 3
    assert sums(page) == {"total_amount": 145, "amount_paid": 0, "balance": 0}


def test_a_list_of_nothing_adds_up_to_nothing(books: Patient, client_of: ClientOf) -> None:
    page = html(client_of("cashier"), "/bills/?q=nobody")
    assert rows(page) == []
    assert sums(page) == {"total_amount": 0, "amount_paid": 0, "balance": 0}


def test_bills_are_found_by_patient_reference_number_day_and_amount(ada: Patient, client_of: ClientOf) -> None:
    grace = Patient.objects.create(first_name="Grace", last_name="Hopper")
    wanted = bill_of(grace, 75, external_ref="R-9", issued_on=date(2020, 5, 5))
    bill_of(ada, 10)
    bill_of(ada, 500, issued_on=date(2019, 1, 1))
    client = client_of("cashier")
    queries = [
        "q=hopp",
        "q=R-9",
        f"q={wanted.pk}",
        f"q=%23{wanted.pk}",
        f"patient={grace.pk}",
        "issued_from=2020-05-05&issued_to=2020-05-05",
        "total_from=75&total_to=75.00",
    ]
    for query in queries:
        assert rows(html(client, f"/bills/?{query}")) == [wanted.pk], query


@pytest.mark.parametrize(
    "query",
    ["q=99999999999999999999", "q=%23", "patient=x", "patient=99999999999999999999", "total_from=x", "status=x"],
)
def test_nonsense_in_the_address_does_no_harm(books: Patient, client_of: ClientOf, query: str) -> None:
    assert html(client_of("cashier"), f"/bills/?{query}")


def test_amounts_of_a_filter_are_typed_in_the_clinics_language(
    ada: Patient, client_of: ClientOf, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "de"
    cheap, dear = bill_of(ada, 12), bill_of(ada, 1250)
    client = client_of("cashier")
    assert rows(html(client, "/bills/?total_to=12,00")) == [cheap.pk]
    assert rows(html(client, "/bills/?total_from=1.250,00")) == [dear.pk]


@pytest.mark.parametrize("address", ["/bills/", "/bills/?status=open", "/bills/?q=ada&total_from=1", "/bills/?page=2"])
@pytest.mark.parametrize("limit", [2, 10_000])
def test_a_list_costs_three_queries_besides_those_of_the_session(
    books: Patient, client_of: ClientOf, address: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED_UP_TO", limit)
    client = client_of("cashier")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= OF_SESSION + 3, [query["sql"] for query in queries]


def test_a_bills_page_costs_four_queries_besides_those_of_the_session(bill: Bill, client_of: ClientOf) -> None:
    for amount in range(1, 9):
        Payment.objects.create(bill=bill, amount=amount)
    client = client_of("cashier")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/bills/{bill.pk}/")
    assert len(queries) <= OF_SESSION + 4, [query["sql"] for query in queries]


def test_the_file_has_plain_numbers(bill: Bill, client_of: ClientOf) -> None:
    pay(bill, "12.50")
    answer = client_of("cashier").get("/bills/?export=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[1].endswith('"100.00","12.50","87.50","partially paid"')
