"""Accept a pending booking."""

from __future__ import annotations

from clinic.bookings.models import Status
from clinic.bookings.transitions import move


def accept(booking_id: int) -> None:
    """Accept a pending booking.

    Raises `InvalidTransitionError` when it is in no state for that any more.
    """
    move(booking_id, Status.CONFIRMED)
