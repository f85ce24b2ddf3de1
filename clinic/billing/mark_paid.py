"""Take all that is left on a bill, by one click."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from clinic.billing.lock_bill import lock_bill
from clinic.billing.models import Payment
from clinic.billing.record_payment import record_payment
from clinic.billing.refusals import already_paid, changed


@transaction.atomic
def mark_paid(bill_id: int, method: str, expected: Decimal) -> Payment:
    """Record the balance as paid, if it still is what the button said (`expected`), which the cashier has in hand.

    Raises `AlreadyPaidError`, `VoidBillError` or `RowChangedError`.
    """
    bill = lock_bill(bill_id)
    if bill.balance == 0:
        raise already_paid(bill)
    if bill.balance != expected:
        raise changed(bill)
    return record_payment(bill_id, expected, method)
