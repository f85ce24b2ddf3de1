"""Note that nobody came to a confirmed booking."""

from __future__ import annotations

from clinic.bookings.models import Status
from clinic.bookings.transitions import move


def mark_no_show(booking_id: int) -> None:
    """Note that nobody came to a confirmed booking.

    Raises `InvalidTransitionError` when it is in no state for that any more.
    """
    move(booking_id, Status.NO_SHOW)
