"""What a cashier writes and changes; and what is refused, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.billing.models import Bill, BillStatus
from clinic.bookings.models import Booking
from clinic.patients.models import Patient
from clinic.practice.models import Service
from tests.web.billing.cashier import act, cashier, now, overtaken, told, words
from tests.web.billing.conftest import pay
from tests.web.forms import form_of

__all__ = ["cashier"]


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


@pytest.mark.parametrize("query", ["", "?patient=0", "?patient=x", "?patient=99999999999999999999"])
def test_a_bill_for_nobody_asks_whom_it_is_for(cashier: Client, query: str) -> None:
    page = cashier.get(f"/bills/new/{query}").content.decode()
    assert 'name="patient-text"' in page
    assert 'name="service_fee"' not in page


def test_a_bill_for_a_booking_that_is_gone_is_not_found(cashier: Client) -> None:
    assert cashier.get("/bills/new/?booking=987654321").status_code == 404


def test_a_discount_above_the_fees_is_refused(cashier: Client, ada: Patient) -> None:
    answer = act(cashier, f"/bills/new/?patient={ada.pk}", service_fee="10", discount="11")
    assert answer.status_code == 422
    assert "The discount cannot exceed the fees." in words(answer)


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
    refused = overtaken(
        cashier, address, f"insert into payment (bill_id, amount) values ({bill.pk}, 30)", service_fee="90"
    )
    assert "€30.00 is paid by now" in words(refused)
    assert cashier.post(address, form_of(refused) | {"whose_service_fee": "yours"}).status_code == 302
    bill.refresh_from_db()
    assert (bill.total_amount, bill.amount_paid) == (110, 30)


def test_a_new_bill_sent_twice_is_one(cashier: Client, ada: Patient) -> None:
    address = f"/bills/new/?patient={ada.pk}"
    form = form_of(cashier.get(address)) | {"service_fee": "5"}
    assert cashier.post(address, form)["Location"] == cashier.post(address, form)["Location"]
    assert Bill.objects.count() == 1


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
    assert 'data-live="bill payment ' in whole
    part = words(cashier.get(f"/bills/{bill.pk}/", headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div class="head">')
    assert "<html" not in part


def test_an_open_page_is_told_that_its_bill_was_deleted_and_so_is_a_visitor(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/"
    bill.delete()
    assert "This bill was deleted by " in words(cashier.get(address, headers={"HX-Request": "true"}))
    assert "This bill was deleted by " in words(cashier.get(address, follow=True))
