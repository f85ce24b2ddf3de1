"""Take in somebody who stands at the desk without an appointment."""

from __future__ import annotations

from django.utils import timezone

from clinic.bookings.book import book
from clinic.bookings.models import Booking, BookingStatus


def walk_in(booking: Booking) -> Booking:
    """Book for today, accepted already and without a time: a patient who walks in waits until somebody is free."""
    booking.date = timezone.localdate()
    booking.start_time = None
    booking.status = BookingStatus.CONFIRMED
    return book(booking)
