"""What a cashier gives back or voids, with a reason; and what is refused, in words."""

from __future__ import annotations

from django.test import Client

from clinic.billing.models import Bill, BillStatus
from tests.web.billing.cashier import act, cashier, now, overtaken, told, words
from tests.web.billing.conftest import pay
from tests.web.forms import form_of

__all__ = ["cashier"]


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
    refused = overtaken(
        cashier,
        address,
        f"insert into payment (bill_id, amount) values ({bill.pk}, -50)",
        amount="50",
        reason="charged twice",
    )
    assert "charged twice" in words(refused)
    assert now(bill) == (BillStatus.PARTIALLY_PAID, 50)


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
    refused = overtaken(cashier, address, f"update bill set service_fee = 90 where id = {bill.pk}", reason="x")
    assert "€110.00" in words(refused)
    assert cashier.post(address, form_of(refused)).status_code == 302


def test_a_bill_voided_by_a_double_click_is_void_and_no_refusal_is_shown(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/void/"
    form = form_of(cashier.get(address)) | {"reason": "typed twice"}
    first, second = cashier.post(address, form), cashier.post(address, form)
    assert first["Location"] == second["Location"] == f"/bills/{bill.pk}/"
