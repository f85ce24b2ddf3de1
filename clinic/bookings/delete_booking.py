"""Delete a booking that nothing came of."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.bookings.models import Booking
from clinic.errors import ClinicError
from clinic.screens.conflicts import gone


class BookingHasConsequencesError(ClinicError):
    """There is a medical record or a bill of this booking, so it stays; cancel it instead where that is possible."""


@transaction.atomic
def delete_booking(booking_id: int) -> None:
    """Delete a booking. Raises when it has a record or a bill, or is gone already."""
    booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
    if booking is None:
        raise gone(Booking, booking_id)
    if booking.medical_records.exists() or booking.bills.exists():
        raise BookingHasConsequencesError(
            _("There is a medical record or a bill of this booking, so it stays; it tells where they came from.")
        )
    booking.delete()
