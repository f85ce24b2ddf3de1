"""Take a confirmed booking into the consulting room."""

from __future__ import annotations

from clinic.bookings.models import Status
from clinic.bookings.transitions import move


def start_consultation(booking_id: int) -> None:
    """Take a confirmed booking into the consulting room.

    Raises `InvalidTransitionError` when it is in no state for that any more.
    """
    move(booking_id, Status.IN_CONSULTATION)
