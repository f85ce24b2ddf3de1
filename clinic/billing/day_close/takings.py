"""Money that changed hands on one day, and what of it a kept sheet does not know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from clinic.billing.models import DayClose, Payment, PaymentMethod

NONE = Decimal(0)


@dataclass(frozen=True)
class Taking:
    """The sum of one method; refunds lessen it."""

    method: str
    amount: Decimal
    count: int = 0

    @property
    def label(self) -> str:
        """Name the method as people do."""
        return str(PaymentMethod(self.method).label)


class Takings:
    """The payments of a day, read in one statement, so that all sums agree with each other."""

    def __init__(self, day: date) -> None:
        self.day = day
        rows = Payment.objects.filter(paid_on=day).select_related("bill__patient")
        self.payments = list(rows.order_by("id"))

    @cached_property
    def by_method(self) -> list[Taking]:
        """Sum each method in the order of `PaymentMethod`; cash always, the others where there is a payment."""
        found: dict[str, list[Decimal]] = {PaymentMethod.CASH.value: []}
        for payment in self.payments:
            found.setdefault(payment.method, []).append(payment.amount)
        return [Taking(m, sum(found[m], NONE), len(found[m])) for m in PaymentMethod.values if m in found]

    @property
    def cash(self) -> Decimal:
        """Return what should have come into the drawer."""
        return self.by_method[0].amount

    @property
    def total(self) -> Decimal:
        """Sum all methods."""
        return total(self.by_method)


@dataclass(frozen=True)
class SinceClosing:
    """What the day's takings are now beyond those on a sheet.

    `arrived` are payments that the sheet does not hold; `corrected` is what changed or vanished of those it holds.
    """

    by_method: list[Taking]
    arrived: list[Payment]

    @property
    def total(self) -> Decimal:
        """Sum all methods."""
        return total(self.by_method)

    @property
    def corrected(self) -> Decimal:
        """Return what the payments that arrived do not explain."""
        return self.total - sum((payment.amount for payment in self.arrived), NONE)


def since_closing(sheet: DayClose) -> SinceClosing:
    """Compare the day as it is now with a sheet, payment by payment and never by a clock."""
    now = Takings(sheet.day)
    kept = set(sheet.payment_ids)
    change = {line.method: -line.expected for line in sheet.lines.all()}
    for taking in now.by_method:
        change[taking.method] = change.get(taking.method, NONE) + taking.amount
    by_method = [Taking(method, change[method]) for method in PaymentMethod.values if change.get(method)]
    return SinceClosing(by_method, [payment for payment in now.payments if payment.pk not in kept])


def total(takings: Iterable[Taking]) -> Decimal:
    """Sum takings of several methods."""
    return sum((taking.amount for taking in takings), NONE)
