"""Cancel a confirmed booking, with the reason."""

from __future__ import annotations

from clinic.bookings.models import Status
from clinic.bookings.transitions import move


def cancel(booking_id: int, reason: str) -> None:
    """Cancel a confirmed booking, with the reason.

    Raises `InvalidTransitionError` when it is in no state for that any more.
    """
    move(booking_id, Status.CANCELLED, status_reason=reason.strip())
