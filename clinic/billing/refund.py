"""Give money on a bill back: a negative payment, with the reason."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from clinic.billing.lock_bill import lock_bill, refuse_changed
from clinic.billing.models import Payment
from clinic.billing.refusals import refund_too_large


@transaction.atomic
def refund(bill_id: int, amount: Decimal, method: str, reason: str, *, seen: str = "") -> Payment:
    """Record a refund of a positive amount; `seen` is the bill's version that the form showed.

    Raises `RefundTooLargeError`, `VoidBillError` or `RowChangedError`, so that two people do not refund one payment.
    """
    bill = lock_bill(bill_id)
    refuse_changed(bill, seen)
    if amount > bill.amount_paid:
        raise refund_too_large(bill)
    return Payment.objects.create(bill=bill, amount=-amount, method=method, reason=reason.strip())
