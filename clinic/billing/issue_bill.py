"""Write a new bill, at most one for a booking."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.errors import ClinicError
from clinic.screens.conflicts import moment, row_of
from clinic.screens.refusals import constraint_of

ONLY_ONE = "bill_is_the_only_one_of_its_booking"


class AlreadyBilledError(ClinicError):
    """This booking has a bill already."""


@transaction.atomic
def issue_bill(bill: Bill) -> Bill:
    """Save a new bill. Raises `AlreadyBilledError` when its booking has one by now, no matter who wrote it.

    Two people wait for each other at the booking. A script does not, and may write its bill until the very last
    moment: then the database refuses the second.
    """
    if bill.booking_id is not None:
        row_of(Booking.objects.select_for_update(no_key=True), bill.booking_id)
        refuse_second(bill.booking_id)
    try:
        with transaction.atomic():
            bill.save()
    except IntegrityError as error:
        if constraint_of(error) == ONLY_ONE and bill.booking_id is not None:
            refuse_second(bill.booking_id)
        raise
    return bill


def refuse_second(booking_id: int) -> None:
    """Raise `AlreadyBilledError` for a booking that is billed, naming the bill."""
    first = Bill.objects.filter(booking=booking_id).first()
    if first is not None:
        words = _("This booking has a bill already: %(bill)s, last changed by %(who)s at %(when)s.")
        raise AlreadyBilledError(words % {"bill": first, "who": first.changed_by, "when": moment(first.changed_at)})
