"""What a cashier takes, by the form or at a click; and what is refused, in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from clinic.billing.models import Bill, BillStatus, Payment
from tests.web.billing.cashier import act, by_a_script, cashier, now, overtaken, told, words
from tests.web.billing.conftest import ClientOf, pay
from tests.web.forms import form_of

__all__ = ["cashier"]


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


def test_a_payment_of_another_day_is_kept_under_its_day(cashier: Client, bill: Bill) -> None:
    act(cashier, f"/bills/{bill.pk}/pay/", amount="30", paid_on="2026-02-10")
    assert str(Payment.objects.get().paid_on) == "2026-02-10"
    taken = [words(cashier.get("/day-close/", {"day": day})) for day in ("2026-02-10", "2026-02-11", "")]
    assert ["€30.00" in page for page in taken] == [True, False, False]


def test_more_than_is_owed_is_refused_with_what_is_left(cashier: Client, bill: Bill) -> None:
    answer = act(cashier, f"/bills/{bill.pk}/pay/", amount="100.01")
    assert answer.status_code == 422
    assert "€100.01 is more than is owed: €100.00 is left" in words(answer)
    assert 'value="100.01"' in words(answer)


def test_a_payment_overtaken_by_another_is_reviewed(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/pay/"
    refused = overtaken(cashier, address, f"insert into payment (bill_id, amount) values ({bill.pk}, 30)", amount="50")
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
