"""The lawful life of a booking, in one table, and the one guarded way to move through it.

A move is decided on the row as it is at that moment, not as somebody's page remembers it: it waits for the one who
holds the row, locks it, and only then looks at the status. These rules bind the application; a script may set
any status.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from clinic.bookings.models import Booking, Status
from clinic.bookings.refusals import not_lawful
from clinic.screens.conflicts import gone

ALLOWED_TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.CONFIRMED, Status.DECLINED}),
    Status.CONFIRMED: frozenset({Status.IN_CONSULTATION, Status.NO_SHOW, Status.CANCELLED}),
    Status.IN_CONSULTATION: frozenset({Status.COMPLETED}),
    Status.COMPLETED: frozenset(),
    Status.DECLINED: frozenset(),
    Status.NO_SHOW: frozenset(),
    Status.CANCELLED: frozenset(),
}
"""Status → the statuses it may become."""


@transaction.atomic
def move(booking_id: int, to: Status, **columns: Any) -> Booking:
    """Give a booking its next status, and other columns with it; its row stays locked for the transaction around.

    Raises `InvalidTransitionError`, which says what happened meanwhile and who did it, if it cannot take that step; or
    `RowGoneError`.
    """
    booking = Booking.objects.select_for_update(no_key=True).filter(pk=booking_id).first()
    if booking is None:
        raise gone(Booking, booking_id)
    if to not in ALLOWED_TRANSITIONS[Status(booking.status)]:
        raise not_lawful(booking, to)
    Booking.objects.filter(pk=booking_id).update(status=to, **columns)
    return booking
