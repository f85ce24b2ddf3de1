"""Decline a pending booking, with the reason."""

from __future__ import annotations

from clinic.bookings.models import Status
from clinic.bookings.transitions import move


def decline(booking_id: int, reason: str) -> None:
    """Decline a pending booking, with the reason.

    Raises `InvalidTransitionError` when it is in no state for that any more.
    """
    move(booking_id, Status.DECLINED, status_reason=reason.strip())
