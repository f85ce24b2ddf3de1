"""Bills, receipts and statements as PDF, read back by a library that shares no code with their writer."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from clinic.billing.models import Bill, Payment
from clinic.billing.void_bill import void_bill
from clinic.patients.models import Patient
from clinic.staff.roles import ROLES
from tests.web.billing.cashier import cashier
from tests.web.billing.conftest import ClientOf, pay

__all__ = ["cashier"]


def text_of(client: Client, address: str) -> str:
    """Fetch a PDF and read its text, with each run of spaces as one."""
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_a_bill_says_whose_it_is_what_it_costs_and_what_is_left(cashier: Client, bill: Bill) -> None:
    Patient.objects.update(last_name="Żółć")
    pay(bill, "60.5")
    text = text_of(cashier, f"/bills/{bill.pk}/pdf/")
    for words in (f"Bill #{bill.pk}", "Żaneta Żółć", "Service €80.00", "Total €100.00", "Left to pay €39.50", "As of "):
        assert words in text
    assert "Discount" not in text


def test_the_bills_page_leads_to_its_papers(cashier: Client, bill: Bill) -> None:
    pay(bill, "60.5")
    page = cashier.get(f"/bills/{bill.pk}/").content.decode()
    payment = bill.payments.get()
    assert f'href="/bills/{bill.pk}/pdf/"' in page
    assert f'href="/payments/{payment.pk}/receipt/"' in page


def test_a_void_bill_says_so_and_why(cashier: Client, bill: Bill) -> None:
    void_bill(bill.pk, "typed twice")
    text = text_of(cashier, f"/bills/{bill.pk}/pdf/")
    assert f"Bill #{bill.pk}, void" in text
    assert "typed twice" in text


def test_a_receipt_says_what_was_received_how_and_for_which_bill(cashier: Client, bill: Bill) -> None:
    payment = Payment.objects.create(bill=bill, amount=1, method="card", reference="T-17")
    text = text_of(cashier, f"/payments/{payment.pk}/receipt/")
    for words in (f"Receipt {payment.pk}", "Żaneta Łącka", "Received €1.00", "Method Card", "T-17", f"Bill #{bill.pk}"):
        assert words in text


def test_a_refunds_receipt_says_that_money_was_given_back_and_why(cashier: Client, bill: Bill) -> None:
    pay(bill, "50")
    payment = Payment.objects.create(bill=bill, amount=-20, reason="left early")
    text = text_of(cashier, f"/payments/{payment.pk}/receipt/")
    assert f"Refund {payment.pk}" in text
    assert "Given back €20.00" in text
    assert "left early" in text


def test_a_statement_carries_the_balance_of_its_period(cashier: Client, bill: Bill, ada: Patient) -> None:
    Bill.objects.filter(pk=bill.pk).update(issued_on="2026-01-10")
    Payment.objects.create(bill=bill, amount=30, paid_on="2026-02-10")
    text = text_of(cashier, f"/patients/{ada.pk}/statement/pdf/?since=2026-02-01&until=2026-02-28")
    assert "Balance brought forward €100.00" in text
    assert f"Payment on bill #{bill.pk}, cash €30.00 €70.00" in text


def test_a_long_statement_goes_on_overleaf_under_the_same_headings(cashier: Client, ada: Patient) -> None:
    Bill.objects.bulk_create(Bill(patient=ada, service_fee=1) for _ in range(80))
    content = cashier.get(f"/patients/{ada.pk}/statement/pdf/").content
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "Billed" in page
        assert f"page {number} of {len(pages)}" in page


@pytest.mark.parametrize("name", ["Παππά", "Ёлкина", "王小明"])
def test_names_in_other_scripts_are_legible(cashier: Client, bill: Bill, name: str) -> None:
    Patient.objects.update(first_name=name, last_name="Ż")
    assert f"{name} Ż" in text_of(cashier, f"/bills/{bill.pk}/pdf/")


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Ada 🜚 L.", "Ada � L."), ("عا", "��"), ("Ada\u0007", "Ada�"), ("**bold** --x--", "**bold** --x--")],
)
def test_a_character_without_a_letterform_leaves_a_sign_and_the_rest(
    cashier: Client, bill: Bill, name: str, printed: str
) -> None:
    Patient.objects.update(first_name=name, last_name="Żółć")
    assert f"{printed} Żółć" in text_of(cashier, f"/bills/{bill.pk}/pdf/")


def test_a_document_holds_only_the_letters_it_uses(cashier: Client, bill: Bill) -> None:
    assert len(cashier.get(f"/bills/{bill.pk}/pdf/").content) < 100_000


def test_papers_take_few_queries(cashier: Client, bill: Bill, ada: Patient) -> None:
    payment = Payment.objects.create(bill=bill, amount=1)
    addresses = {
        f"/bills/{bill.pk}/pdf/": 6,
        f"/payments/{payment.pk}/receipt/": 4,
        f"/patients/{ada.pk}/statement/pdf/": 5,
    }
    for address, number in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert cashier.get(address).status_code == 200
        assert len(queries) == number, [query["sql"] for query in queries]


@pytest.mark.parametrize("role", ROLES)
def test_papers_are_for_those_who_see_bills(client_of: ClientOf, bill: Bill, role: str) -> None:
    payment = Payment.objects.create(bill=bill, amount=1)
    expected = 200 if role in {"cashier", "manager"} else 403
    for address in (f"/bills/{bill.pk}/pdf/", f"/payments/{payment.pk}/receipt/"):
        assert client_of(role).get(address).status_code == expected
        assert Client().get(address).status_code == 302
