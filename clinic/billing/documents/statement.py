"""A patient's account: what was billed and what was paid, day by day, with the balance carried along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.utils.translation import gettext as _

from clinic.billing.models import Bill, BillStatus, Payment, PaymentMethod
from clinic.patients.models import Patient

BILL, PAYMENT = 0, 1
NONE = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One bill or one payment, and the balance after it; a refund is a payment below zero."""

    day: date
    words: str
    bill_id: int
    billed: Decimal | None
    paid: Decimal | None
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """The lines of a period between the balance brought forward and the balance at its end."""

    patient: Patient
    since: date | None
    until: date | None
    brought_forward: Decimal = NONE
    lines: list[Line] = field(default_factory=list)

    def part(self, first: int, last: int) -> Statement:
        """Return the lines from the `first` on, before the `last`, with the balance until then brought forward."""
        forward = self.lines[first - 1].balance if first else self.brought_forward
        return replace(self, brought_forward=forward, lines=self.lines[first:last])

    @property
    def balance(self) -> Decimal:
        """Return what the patient owes at the end; without `until` that is the balance of the patient's page."""
        return self.lines[-1].balance if self.lines else self.brought_forward


def statement_of(patient: Patient, since: date | None = None, until: date | None = None) -> Statement:
    """List bills that are not void, and every payment; both days are included."""
    lines = [line for line in _account(patient) if until is None or line.day <= until]
    earlier = [line for line in lines if since is not None and line.day < since]
    brought_forward = earlier[-1].balance if earlier else NONE
    return Statement(patient, since, until, brought_forward, lines[len(earlier) :])


def _account(patient: Patient) -> Iterator[Line]:
    balance = NONE
    # One statement for both, so that no payment comes between; a bill stands before the payments of its day.
    for day, kind, _pk, bill_id, amount, method in sorted(_rows(patient)):
        balance += amount if kind == BILL else -amount
        billed, paid = (amount, None) if kind == BILL else (None, amount)
        yield Line(day, _words(kind, bill_id, amount, method), bill_id, billed, paid, balance)


def _rows(patient: Patient) -> QuerySet[Bill, tuple[date, int, int, int, Decimal, str]]:
    kind, method = IntegerField(), CharField()
    bills = Bill.objects.filter(patient=patient).exclude(status=BillStatus.VOID)
    payments = Payment.objects.filter(bill__patient=patient)
    billed = bills.values_list("issued_on", Value(BILL, kind), F("pk"), F("pk"), F("total_amount"), Value("", method))
    paid = payments.values_list("paid_on", Value(PAYMENT, kind), "pk", "bill_id", "amount", "method")
    return billed.union(paid, all=True)


def _words(kind: int, bill_id: int, amount: Decimal, method: str) -> str:
    if kind == BILL:
        return _("Bill #%d") % bill_id
    how = {"bill": bill_id, "how": PaymentMethod(method).label}
    return (_("Refund on bill #%(bill)d, %(how)s") if amount < 0 else _("Payment on bill #%(bill)d, %(how)s")) % how
