"""The bill as it is now, held for the rest of the transaction; every verb about money begins here."""

from __future__ import annotations

from clinic.billing.models import Bill
from clinic.billing.refusals import changed, is_void
from clinic.screens.conflicts import gone, version


def lock_bill(bill_id: int) -> Bill:
    """Wait for the one who holds the bill, and lock it. Raises `RowGoneError`; a void bill raises `VoidBillError`."""
    bill = Bill.objects.select_for_update(no_key=True).filter(pk=bill_id).first()
    if bill is None:
        raise gone(Bill, bill_id)
    if bill.voided_at is not None:
        raise is_void(bill)
    return bill


def refuse_changed(bill: Bill, seen: str) -> None:
    """Raise `RowChangedError` when a locked bill is not as a form showed it; no form, nothing to compare."""
    if seen and version(bill) != seen:
        raise changed(bill)
