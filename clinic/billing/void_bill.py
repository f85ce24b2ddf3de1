"""Void a bill on which there is no money; it stays visible and counts nowhere."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from clinic.billing.lock_bill import lock_bill, refuse_changed
from clinic.billing.models import Bill
from clinic.billing.refusals import has_money


@transaction.atomic
def void_bill(bill_id: int, reason: str, *, seen: str = "") -> None:
    """Void a bill with the reason. Raises `MoneyOnBillError`, `VoidBillError` or `RowChangedError`."""
    bill = lock_bill(bill_id)
    if bill.amount_paid:
        raise has_money(bill)
    refuse_changed(bill, seen)
    Bill.objects.filter(pk=bill_id).update(voided_at=Now(), void_reason=reason.strip())
