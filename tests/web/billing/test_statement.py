"""A patient's statement: every bill and payment, and a balance that agrees with the patient's page."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.billing.documents.statement import statement_of
from clinic.billing.models import Bill, Payment
from clinic.billing.refund import refund
from clinic.billing.void_bill import void_bill
from clinic.patients.models import Patient
from clinic.staff.roles import ROLES
from tests.web.billing.conftest import ClientOf, pay

JANUARY, FEBRUARY, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


@pytest.fixture
def account(ada: Patient) -> Patient:
    """A bill of 100 in January, 30 paid in February, a bill of 50 in March, of which 20 are paid the same day."""
    first = Bill.objects.create(patient=ada, issued_on=JANUARY, service_fee=100)
    Payment.objects.create(bill=first, amount=30, paid_on=FEBRUARY)
    second = Bill.objects.create(patient=ada, issued_on=MARCH, service_fee=50)
    Payment.objects.create(bill=second, amount=20, method="card", paid_on=MARCH)
    return ada


def test_the_balance_is_carried_from_line_to_line(account: Patient) -> None:
    lines = statement_of(account).lines
    assert [(line.day, line.billed, line.paid, line.balance) for line in lines] == [
        (JANUARY, 100, None, 100),
        (FEBRUARY, None, 30, 70),
        (MARCH, 50, None, 120),
        (MARCH, None, 20, 100),
    ]


def test_the_closing_balance_is_the_balance_of_the_patients_page(client_of: ClientOf, account: Patient) -> None:
    typo = Bill.objects.create(patient=account, service_fee=9)
    pay(typo, "9")
    refund(typo.pk, Decimal(4), "cash", "too much")
    void = Bill.objects.create(patient=account, service_fee=77)
    pay(void, "7")
    refund(void.pk, Decimal(7), "cash", "typed twice")
    void_bill(void.pk, "typed twice")
    client = client_of("cashier")
    pages = [client.get(f"/patients/{account.pk}/{page}").content.decode() for page in ("", "statement/")]
    shown = [re.findall(r'data-balance="([^"]+)"', page) for page in pages]
    assert shown == [["104.00"], ["104.00"]]


def test_a_bill_that_is_void_is_left_out(ada: Patient, bill: Bill) -> None:
    void_bill(bill.pk, "typed twice")
    assert statement_of(ada).lines == []


def test_a_refund_is_a_line_that_raises_the_balance(ada: Patient, bill: Bill) -> None:
    pay(bill, "60")
    refund(bill.pk, Decimal(10), "card", "left early")
    last = statement_of(ada).lines[-1]
    assert (last.words, last.paid, last.balance) == (f"Refund on bill #{bill.pk}, card", -10, 50)


def test_a_period_begins_with_the_balance_brought_forward_and_includes_both_days(account: Patient) -> None:
    statement = statement_of(account, FEBRUARY, MARCH)
    assert (statement.brought_forward, len(statement.lines), statement.balance) == (100, 3, 100)
    statement = statement_of(account, date(2026, 2, 11), date(2026, 3, 9))
    assert (statement.brought_forward, statement.lines, statement.balance) == (70, [], 70)


def test_a_page_of_a_period_shows_what_was_brought_forward(client_of: ClientOf, account: Patient) -> None:
    html = client_of("cashier").get(f"/patients/{account.pk}/statement/?since=2026-03-01").content.decode()
    assert "Balance brought forward" in html
    assert "€70.00" in html
    assert "Bill #" in html
    assert 'datetime="2026-01-10"' not in html


def test_a_period_that_ends_before_it_begins_says_so(client_of: ClientOf, account: Patient) -> None:
    html = client_of("cashier").get(f"/patients/{account.pk}/statement/?since=2026-03-01&until=2026-01-01")
    assert "ends before it begins" in html.content.decode()


def test_another_patients_bills_are_not_on_it(account: Patient) -> None:
    other = Patient.objects.create(first_name="Grace")
    Bill.objects.create(patient=other, service_fee=1)
    assert len(statement_of(account).lines) == 4
    assert statement_of(other).balance == 1


def test_the_number_of_queries_does_not_grow_with_the_account(client_of: ClientOf, account: Patient) -> None:
    client = client_of("cashier")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/patients/{account.pk}/statement/").status_code == 200
    assert len(queries) == 5, [query["sql"] for query in queries]


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_bills_finds_the_statement_on_the_patients_page(
    client_of: ClientOf, account: Patient, role: str
) -> None:
    client = client_of(role)
    may = role in {"cashier", "manager"}
    address = f"/patients/{account.pk}/statement/"
    assert client.get(address).status_code == (200 if may else 403)
    assert client.get(f"{address}pdf/").status_code == (200 if may else 403)
    page = client.get(f"/patients/{account.pk}/")
    assert (address in page.content.decode()) == may
