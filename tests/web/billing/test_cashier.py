"""What a cashier does with a bill: write, take, refund, change, void; and what is refused, in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from clinic.billing.models import Bill, BillStatus, Payment
from clinic.bookings.models import Booking, Service
from clinic.patients.models import Patient
from tests.web.billing.conftest import ClientOf, pay
from tests.web.forms import form_of


@pytest.fixture
def cashier(client_of: ClientOf) -> Client:
    return client_of("cashier")


def act(client: Client, address: str, **said: Any) -> HttpResponse:
    """Open a form, change some of its inputs, send it."""
    return client.post(address, form_of(client.get(address)) | said)


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def told(client: Client, bill: Bill) -> str:
    """Read the bill's page, where refusals of buttons are said."""
    return words(client.get(f"/bills/{bill.pk}/"))


def now(bill: Bill) -> tuple[str, Decimal]:
    bill.refresh_from_db()
    return bill.status, bill.amount_paid


def by_a_script(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local application_name = 'import.py'; {statement}")


def test_a_bill_is_written_for_a_patient(cashier: Client, ada: Patient) -> None:
    address = f"/bills/new/?patient={ada.pk}"
    answer = act(cashier, address, service_fee="80.5", medicine_fee="", discount="0.50")
    bill = Bill.objects.get()
    assert answer["Location"] == f"/bills/{bill.pk}/"
    assert "refreshStats" in answer["HX-Trigger"]
    assert (bill.patient, bill.total_amount, bill.issued_on) == (ada, 80, timezone.localdate())
    assert bill.changed_by == "cashier"


def test_a_bill_of_a_booking_begins_with_the_price_and_is_the_only_one(cashier: Client, ada: Patient) -> None:
    service = Service.objects.create(name="Check-up", price=Decimal("60.00"), duration_minutes=30)
    booking = Booking.objects.create(date=timezone.localdate(), patient=ada, service=service)
    address = f"/bills/new/?booking={booking.pk}"
    first = form_of(cashier.get(address))
    second = form_of(cashier.get(address))
    assert first["service_fee"] == "60.00"
    cashier.post(address, first)
    bill = Bill.objects.get()
    assert (bill.booking, bill.total_amount) == (booking, 60)
    refused = cashier.post(address, second)
    assert refused.status_code == 422
    assert f"This booking has a bill already: #{bill.pk}" in words(refused)
    assert cashier.get(address)["Location"] == f"/bills/{bill.pk}/"
    assert f'href="/bills/{bill.pk}/"' in words(cashier.get(f"/bookings/{booking.pk}/"))


@pytest.mark.parametrize("query", ["", "?patient=0", "?patient=x", "?booking=7", "?patient=99999999999999999999"])
def test_a_bill_for_nobody_is_not_found(cashier: Client, query: str) -> None:
    assert cashier.get(f"/bills/new/{query}").status_code == 404


def test_a_discount_above_the_fees_is_refused(cashier: Client, ada: Patient) -> None:
    answer = act(cashier, f"/bills/new/?patient={ada.pk}", service_fee="10", discount="11")
    assert answer.status_code == 422
    assert "The discount cannot exceed the fees." in words(answer)


def test_a_part_is_paid_and_then_the_rest_that_the_form_offers(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/pay/"
    assert form_of(cashier.get(address))["amount"] == "100.00"
    answer = act(cashier, address, amount="37.5", method="card", reference="R-1")
    assert answer["Location"] == f"/bills/{bill.pk}/"
    assert now(bill) == (BillStatus.PARTIALLY_PAID, Decimal("37.50"))
    payment = Payment.objects.get()
    assert (payment.method, payment.reference, payment.changed_by) == ("card", "R-1", "cashier")
    act(cashier, address)
    assert now(bill) == (BillStatus.PAID, 100)
    assert "R-1" in told(cashier, bill)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "12,50"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"method": "gold"}, "method"),
        ({"paid_on": "2999-01-01"}, "paid_on"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_field(
    cashier: Client, bill: Bill, said: dict[str, str], field: str
) -> None:
    answer = act(cashier, f"/bills/{bill.pk}/pay/", **said)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert now(bill) == (BillStatus.UNPAID, 0)


def test_more_than_is_owed_is_refused_with_what_is_left(cashier: Client, bill: Bill) -> None:
    answer = act(cashier, f"/bills/{bill.pk}/pay/", amount="100.01")
    assert answer.status_code == 422
    assert "€100.01 is more than is owed: €100.00 is left" in words(answer)
    assert 'value="100.01"' in words(answer)


def test_a_payment_overtaken_by_another_is_reviewed(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/pay/"
    form = form_of(cashier.get(address)) | {"amount": "50"}
    by_a_script(f"insert into payment (bill_id, amount) values ({bill.pk}, 30)")
    refused = cashier.post(address, form)
    assert refused.status_code == 409
    assert "€30.00 is paid by now, €70.00 is left to pay" in words(refused)
    assert cashier.post(address, form_of(refused)).status_code == 302
    assert now(bill) == (BillStatus.PARTIALLY_PAID, 80)


def test_one_click_takes_what_the_button_says(cashier: Client, bill: Bill) -> None:
    pay(bill, "25.50")
    page = cashier.get(f"/bills/{bill.pk}/")
    assert "Mark as paid, €74.50 by" in words(page)
    address = f"/bills/{bill.pk}/paid/"
    cashier.post(address, form_of(page, address) | {"method": "card"})
    assert now(bill) == (BillStatus.PAID, 100)
    assert Payment.objects.latest("id").method == "card"
    assert "€74.50 is taken; the bill is paid." in told(cashier, bill)


def test_a_click_on_a_button_that_is_no_longer_true_takes_nothing(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/paid/"
    form = form_of(cashier.get(f"/bills/{bill.pk}/"), address) | {"method": "cash"}
    by_a_script(f"insert into payment (bill_id, amount) values ({bill.pk}, 30)")
    assert cashier.post(address, form)["Location"] == f"/bills/{bill.pk}/"
    assert now(bill) == (BillStatus.PARTIALLY_PAID, 30)
    assert "€70.00 is left to pay" in told(cashier, bill)


def test_a_bill_that_is_paid_already_is_not_taken_twice(cashier: Client, client_of: ClientOf, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/paid/"
    form = form_of(cashier.get(f"/bills/{bill.pk}/"), address) | {"method": "cash"}
    manager = client_of("manager")
    manager.post(address, form_of(manager.get(f"/bills/{bill.pk}/"), address) | {"method": "cash"})
    cashier.post(address, form)
    assert now(bill) == (BillStatus.PAID, 100)
    assert f"Bill #{bill.pk} is paid already: manager took €100.00 (cash)" in told(cashier, bill)


@pytest.mark.parametrize("said", [{}, {"method": "cash"}, {"expected": "x", "method": "cash"}, {"expected": "100"}])
def test_a_click_that_says_nothing_takes_nothing(cashier: Client, bill: Bill, said: dict[str, str]) -> None:
    cashier.post(f"/bills/{bill.pk}/paid/", said)
    assert now(bill) == (BillStatus.UNPAID, 0)
    assert "Nothing was taken" in told(cashier, bill)


def test_money_is_refunded_with_a_reason(cashier: Client, bill: Bill) -> None:
    pay(bill, "100")
    address = f"/bills/{bill.pk}/refund/"
    assert form_of(cashier.get(address))["amount"] == "100.00"
    assert act(cashier, address, amount="40").status_code == 422
    act(cashier, address, amount="40", reason="charged twice")
    assert now(bill) == (BillStatus.PARTIALLY_PAID, 60)
    assert "charged twice" in told(cashier, bill)


def test_no_more_is_refunded_than_was_paid(cashier: Client, bill: Bill) -> None:
    pay(bill, "10")
    answer = act(cashier, f"/bills/{bill.pk}/refund/", amount="10.01", reason="x")
    assert answer.status_code == 422
    assert "No more than €10.00 can be refunded" in words(answer)


def test_a_refund_overtaken_by_another_is_reviewed(cashier: Client, bill: Bill) -> None:
    pay(bill, "100")
    address = f"/bills/{bill.pk}/refund/"
    form = form_of(cashier.get(address)) | {"amount": "50", "reason": "charged twice"}
    by_a_script(f"insert into payment (bill_id, amount) values ({bill.pk}, -50)")
    refused = cashier.post(address, form)
    assert refused.status_code == 409
    assert "charged twice" in words(refused)
    assert now(bill) == (BillStatus.PARTIALLY_PAID, 50)


def test_fees_are_edited_but_not_below_what_is_paid(cashier: Client, bill: Bill) -> None:
    pay(bill, "50")
    address = f"/bills/{bill.pk}/edit/"
    refused = act(cashier, address, service_fee="20", medicine_fee="0")
    assert refused.status_code == 422
    assert "€50.00 is paid on bill" in words(refused)
    assert act(cashier, address, service_fee="30", medicine_fee="20").status_code == 302
    assert now(bill) == (BillStatus.PAID, 50)


def test_an_edit_on_top_of_a_payment_is_reviewed(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/edit/"
    form = form_of(cashier.get(address)) | {"service_fee": "90"}
    by_a_script(f"insert into payment (bill_id, amount) values ({bill.pk}, 30)")
    refused = cashier.post(address, form)
    assert refused.status_code == 409
    assert "€30.00 is paid by now" in words(refused)
    assert cashier.post(address, form_of(refused)).status_code == 302
    bill.refresh_from_db()
    assert (bill.total_amount, bill.amount_paid) == (110, 30)


def test_a_bill_that_was_deleted_meanwhile_keeps_what_was_typed(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/edit/"
    form = form_of(cashier.get(address)) | {"service_fee": "91"}
    bill.delete()
    answer = cashier.post(address, form)
    assert answer.status_code == 409
    assert 'value="91"' in words(answer)


def test_a_bill_is_voided_with_a_reason_and_takes_nothing_more(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/void/"
    paying = form_of(cashier.get(f"/bills/{bill.pk}/pay/"))
    assert act(cashier, address).status_code == 422
    act(cashier, address, reason="wrong patient")
    assert now(bill) == (BillStatus.VOID, 0)
    page = told(cashier, bill)
    assert "wrong patient" in page
    for word in ("pay/", "paid/", "edit/", "void/", "refund/"):
        assert f"/bills/{bill.pk}/{word}" not in page
    refused = cashier.post(f"/bills/{bill.pk}/pay/", paying)
    assert refused.status_code == 422
    assert "is void: cashier voided it at" in words(refused)


def test_a_bill_with_money_on_it_is_not_voided(cashier: Client, bill: Bill) -> None:
    pay(bill, "1")
    answer = act(cashier, f"/bills/{bill.pk}/void/", reason="x")
    assert answer.status_code == 422
    assert "Refund it first." in words(answer)


def test_a_void_overtaken_by_an_edit_is_reviewed(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/void/"
    form = form_of(cashier.get(address)) | {"reason": "x"}
    by_a_script(f"update bill set service_fee = 90 where id = {bill.pk}")
    refused = cashier.post(address, form)
    assert refused.status_code == 409
    assert "€110.00" in words(refused)
    assert cashier.post(address, form_of(refused)).status_code == 302


Sent = Callable[[Client, Bill], tuple[str, dict[str, Any]]]


def _paying(client: Client, bill: Bill) -> tuple[str, dict[str, Any]]:
    address = f"/bills/{bill.pk}/pay/"
    return address, form_of(client.get(address)) | {"amount": "10"}


def _marking(client: Client, bill: Bill) -> tuple[str, dict[str, Any]]:
    address = f"/bills/{bill.pk}/paid/"
    return address, form_of(client.get(f"/bills/{bill.pk}/"), address) | {"method": "cash"}


def _refunding(client: Client, bill: Bill) -> tuple[str, dict[str, Any]]:
    pay(bill, "50")
    address = f"/bills/{bill.pk}/refund/"
    return address, form_of(client.get(address)) | {"amount": "10", "reason": "x"}


@pytest.mark.parametrize(("sent", "rows"), [(_paying, 1), (_marking, 1), (_refunding, 2)])
def test_a_form_sent_twice_moves_money_once(cashier: Client, bill: Bill, sent: Sent, rows: int) -> None:
    address, form = sent(cashier, bill)
    first, second = cashier.post(address, form), cashier.post(address, form)
    assert first["Location"] == second["Location"] == f"/bills/{bill.pk}/"
    assert Payment.objects.count() == rows


def test_a_bill_voided_by_a_double_click_is_void_and_no_refusal_is_shown(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/void/"
    form = form_of(cashier.get(address)) | {"reason": "typed twice"}
    first, second = cashier.post(address, form), cashier.post(address, form)
    assert first["Location"] == second["Location"] == f"/bills/{bill.pk}/"


def test_a_new_bill_sent_twice_is_one(cashier: Client, ada: Patient) -> None:
    address = f"/bills/new/?patient={ada.pk}"
    form = form_of(cashier.get(address)) | {"service_fee": "5"}
    assert cashier.post(address, form)["Location"] == cashier.post(address, form)["Location"]
    assert Bill.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "offered", "typed", "paid"),
    [
        ("de", "100,00", "12,50", "12.50"),
        ("de", "100,00", "12.50", "12.50"),
        ("fr", "100,00", "12,50", "12.50"),
        ("en", "100.00", "12.50", "12.50"),
    ],
)
def test_amounts_are_typed_in_the_clinics_language(
    cashier: Client, bill: Bill, settings: Any, language: str, offered: str, typed: str, paid: str
) -> None:
    settings.LANGUAGE_CODE = language
    address = f"/bills/{bill.pk}/pay/"
    form = form_of(cashier.get(address))
    assert form["amount"] == offered
    assert cashier.post(address, form | {"amount": typed}).status_code == 302
    assert now(bill) == (BillStatus.PARTIALLY_PAID, Decimal(paid))


def test_thousands_and_fees_are_typed_in_the_clinics_language(cashier: Client, bill: Bill, settings: Any) -> None:
    settings.LANGUAGE_CODE = "de"
    address = f"/bills/{bill.pk}/edit/"
    form = form_of(cashier.get(address))
    assert (form["service_fee"], form["medicine_fee"]) == ("80,00", "20,00")
    cashier.post(address, form | {"service_fee": "1.250,50"})
    bill.refresh_from_db()
    assert bill.service_fee == Decimal("1250.50")
    marking = form_of(cashier.get(f"/bills/{bill.pk}/"), f"/bills/{bill.pk}/paid/") | {"method": "cash"}
    cashier.post(f"/bills/{bill.pk}/paid/", marking)
    assert now(bill) == (BillStatus.PAID, Decimal("1270.50"))


def test_the_page_refreshes_itself_from_its_own_part(cashier: Client, bill: Bill) -> None:
    whole = told(cashier, bill)
    assert "live:bill from:body" in whole
    assert "live:payment from:body" in whole
    part = words(cashier.get(f"/bills/{bill.pk}/", headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div class="head">')
    assert "<html" not in part


def test_an_open_page_is_told_that_its_bill_was_deleted_and_so_is_a_visitor(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/"
    bill.delete()
    assert "This bill was deleted by " in words(cashier.get(address, headers={"HX-Request": "true"}))
    assert "This bill was deleted by " in words(cashier.get(address, follow=True))
