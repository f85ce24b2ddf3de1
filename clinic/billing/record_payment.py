"""Take money on a bill: a part of what is owed, or the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from clinic.billing.lock_bill import lock_bill, refuse_changed
from clinic.billing.models import Payment
from clinic.billing.refusals import already_paid, too_much


@transaction.atomic
def record_payment(
    bill_id: int, amount: Decimal, method: str, reference: str = "", *, paid_on: date | None = None, seen: str = ""
) -> Payment:
    """Record a payment, decided on the bill as it is now; `seen` is the version that the form showed.

    Raises `AlreadyPaidError`, `VoidBillError`, `OverpaymentError` or `RowChangedError`.
    """
    bill = lock_bill(bill_id)
    if bill.balance == 0:
        raise already_paid(bill)
    refuse_changed(bill, seen)
    if amount > bill.balance:
        raise too_much(bill, amount)
    day = paid_on or timezone.localdate()
    return Payment.objects.create(bill=bill, amount=amount, method=method, reference=reference.strip(), paid_on=day)
