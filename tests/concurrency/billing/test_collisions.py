"""Two people at one bill: the money is taken once, and the second reads what happened; each with its control.

A control does the same by memory (the bill is looked at first and written later, unguarded), and shows the harm or
that only the database's own last guard, without words for a cashier, stood against it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError

from clinic.billing.edit_bill import EDITED
from clinic.billing.forms import BillForm
from clinic.billing.issue_bill import AlreadyBilledError, issue_bill
from clinic.billing.mark_paid import mark_paid
from clinic.billing.models import Bill, Payment
from clinic.billing.record_payment import record_payment
from clinic.billing.refund import refund
from clinic.billing.refusals import AlreadyPaidError, MoneyOnBillError, OverpaymentError, VoidBillError
from clinic.billing.void_bill import void_bill
from clinic.bookings.models import Booking
from clinic.database.actor import acting_as
from clinic.patients.models import Patient
from clinic.screens.conflicts import RowChangedError, version
from tests.concurrency.bookings.collision import collide
from tests.concurrency.editing import editing

Act = Callable[[], object]
HUNDRED = Decimal(100)


def as_grace(act: Act) -> Act:
    """Act under a name, which the other is to read."""

    def named() -> None:
        with acting_as("grace"):
            act()

    return named


def by_memory(bill: Bill, amount: Decimal) -> Act:
    """Write a payment that fitted the bill when the page was read."""
    assert bill.balance >= amount
    return lambda: Payment.objects.create(bill_id=bill.pk, amount=amount)


def paid(bill: Bill) -> Decimal:
    bill.refresh_from_db()
    return bill.amount_paid


def pays(bill: Bill, amount: int) -> Act:
    return lambda: record_payment(bill.pk, Decimal(amount), "cash")


def test_of_two_who_pay_the_second_reads_what_is_left(bill: Bill) -> None:
    told = collide(pays(bill, 60), pays(bill, 60))
    assert isinstance(told, OverpaymentError)
    assert str(told).startswith("€60.00 is more than is owed: €40.00 is left to pay")
    assert paid(bill) == 60


def test_control_by_memory_only_the_database_refuses_the_second_payment(bill: Bill) -> None:
    with pytest.raises(IntegrityError, match="more than its total"):
        collide(by_memory(bill, Decimal(60)), by_memory(bill, Decimal(60)))


def test_marked_paid_by_two_takes_the_money_once_and_names_who_took_it(bill: Bill) -> None:
    mark = lambda: mark_paid(bill.pk, "card", HUNDRED)  # noqa: E731
    told = collide(as_grace(mark), mark)
    assert isinstance(told, AlreadyPaidError)
    assert "grace took €100.00 (card) at " in str(told)
    assert Payment.objects.count() == 1


def test_control_marked_paid_by_memory_fails_without_words(bill: Bill) -> None:
    with pytest.raises(IntegrityError):
        collide(by_memory(bill, HUNDRED), by_memory(bill, HUNDRED))


def test_mark_paid_does_not_take_another_amount_than_its_button_said(bill: Bill) -> None:
    told = collide(pays(bill, 60), lambda: mark_paid(bill.pk, "cash", HUNDRED))
    assert isinstance(told, RowChangedError)
    assert "€40.00 is left to pay" in str(told)
    assert paid(bill) == 60


def refunds(bill: Bill) -> Act:
    seen = version(bill)
    return lambda: refund(bill.pk, Decimal(30), "cash", "left early", seen=seen)


def test_of_two_who_refund_one_payment_the_second_is_told(bill: Bill) -> None:
    pays(bill, 60)()
    bill.refresh_from_db()
    told = collide(as_grace(refunds(bill)), refunds(bill))
    assert isinstance(told, RowChangedError)
    assert str(told).startswith("Changed by grace at ")
    assert paid(bill) == 30


def test_control_refunds_by_memory_give_the_money_back_twice(bill: Bill) -> None:
    pays(bill, 60)()
    again = lambda: Payment.objects.create(bill_id=bill.pk, amount=Decimal(-30))  # noqa: E731
    assert collide(again, again) is None
    assert paid(bill) == 0


def test_a_bill_being_paid_is_not_voided(bill: Bill) -> None:
    told = collide(pays(bill, 60), lambda: void_bill(bill.pk, "typed twice"))
    assert isinstance(told, MoneyOnBillError)
    assert paid(bill) == 60
    assert bill.voided_at is None


def test_a_bill_being_voided_takes_no_money(bill: Bill) -> None:
    told = collide(as_grace(lambda: void_bill(bill.pk, "typed twice")), pays(bill, 60))
    assert isinstance(told, VoidBillError)
    assert "grace voided it at" in str(told)
    assert paid(bill) == 0


def test_control_voided_by_memory_only_the_database_refuses(bill: Bill) -> None:
    void = lambda: Bill.objects.filter(pk=bill.pk).update(voided_at="2026-01-01T00:00Z")  # noqa: E731
    with pytest.raises(IntegrityError, match="bill_with_money_on_it_is_not_void"):
        collide(by_memory(bill, Decimal(60)), void)


def test_fees_edited_while_a_payment_arrives_are_a_conflict_in_words(bill: Bill) -> None:
    told = collide(as_grace(pays(bill, 60)), editing(BillForm, bill, service_fee="50"))
    assert isinstance(told, RowChangedError)
    assert "grace" in str(told)
    assert "€60.00 is paid by now, €40.00 is left to pay" in str(told)
    assert Bill.objects.get(pk=bill.pk).service_fee == 80


def test_control_fees_edited_by_memory_change_under_the_payment(bill: Bill) -> None:
    mine = Bill.objects.get(pk=bill.pk)
    mine.service_fee = Decimal(50)
    assert collide(pays(bill, 60), lambda: mine.save(update_fields=EDITED)) is None
    assert paid(bill) == 60
    assert bill.balance == 10


def bills_booking(ada: Patient, booking: Booking) -> Bill:
    return Bill(patient=ada, booking=booking, service_fee=Decimal(60))


def test_of_two_who_write_a_bookings_bill_the_second_is_told_of_the_first(ada: Patient) -> None:
    booking = Booking.objects.create(date="2030-01-07", patient=ada)
    mine, theirs = bills_booking(ada, booking), bills_booking(ada, booking)
    told = collide(as_grace(lambda: issue_bill(theirs)), lambda: issue_bill(mine))
    assert isinstance(told, AlreadyBilledError)
    assert f"#{theirs.pk}, last changed by grace at " in str(told)


def test_a_bill_that_a_script_writes_at_the_last_moment_is_named_to_who_was_slower(ada: Patient) -> None:
    booking = Booking.objects.create(date="2030-01-07", patient=ada)
    mine, scripts = bills_booking(ada, booking), bills_booking(ada, booking)
    told = collide(scripts.save, lambda: issue_bill(mine))
    assert isinstance(told, AlreadyBilledError)
    assert f"This booking has a bill already: #{scripts.pk}, " in str(told)


def test_control_bills_of_a_booking_by_memory_are_refused_without_words(ada: Patient) -> None:
    booking = Booking.objects.create(date="2030-01-07", patient=ada)
    with pytest.raises(IntegrityError, match="bill_is_the_only_one_of_its_booking"):
        collide(bills_booking(ada, booking).save, bills_booking(ada, booking).save)
