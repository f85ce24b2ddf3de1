"""Change the fees and the discount of a bill that is not void."""

from __future__ import annotations

from django.db import transaction

from clinic.billing.lock_bill import lock_bill
from clinic.billing.models import Bill
from clinic.billing.refusals import too_cheap

EDITED = ["issued_on", "service_fee", "medicine_fee", "other_fee", "discount"]


@transaction.atomic
def edit_bill(bill: Bill) -> Bill:
    """Save new fees, which `BillForm` has merged with what others changed.

    Raises `VoidBillError`, or `MoneyOnBillError` when the total would fall below what was paid.
    """
    now = lock_bill(bill.pk)
    total = bill.service_fee + bill.medicine_fee + bill.other_fee - bill.discount
    if total < now.amount_paid:
        raise too_cheap(now, total)
    bill.save(update_fields=EDITED)
    return bill
