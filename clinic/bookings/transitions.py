"""The allowed transitions of a booking, in one table, and the one guarded way to move through it.

A move is decided on the row as it is at that moment, not as somebody's page remembers it: it waits for the one who
holds the row, locks it, and only then looks at the status. These rules bind the application; a script may set
any status.
"""

from __future__ import annotations

from django.db import transaction

from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.refusals import not_allowed
from clinic.screens.conflicts import gone

ALLOWED_TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.PENDING: frozenset({BookingStatus.CONFIRMED, BookingStatus.DECLINED}),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.IN_CONSULTATION, BookingStatus.NO_SHOW, BookingStatus.CANCELLED}),
    BookingStatus.IN_CONSULTATION: frozenset({BookingStatus.COMPLETED}),
    BookingStatus.COMPLETED: frozenset(),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.NO_SHOW: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
}
"""Booking status → the statuses it may become."""


@transaction.atomic
def move(booking_id: int, to: BookingStatus, reason: str = "") -> Booking:
    """Move a booking to its next status, with the reason if there is one; its row stays locked for the transaction.

    Raises `InvalidTransitionError`, which says what happened meanwhile and who did it, if it cannot take that step; or
    `RowGoneError`.
    """
    booking = Booking.objects.select_for_update(no_key=True).filter(pk=booking_id).first()
    if booking is None:
        raise gone(Booking, booking_id)
    if to not in ALLOWED_TRANSITIONS[BookingStatus(booking.status)]:
        raise not_allowed(booking, to)
    told = {"status_reason": reason.strip()} if reason else {}
    Booking.objects.filter(pk=booking_id).update(status=to, **told)
    return booking
