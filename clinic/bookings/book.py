"""Write a booking down, new or changed."""

from __future__ import annotations

from clinic.bookings.models import Booking
from clinic.bookings.overlap import overlap_in_words


def book(booking: Booking) -> Booking:
    """Save a booking with the patient's name and phone on it and the service's length where none was given.

    Raises `TimeTakenError` when the practitioner is booked at that time, also when somebody was faster by a moment.
    """
    if booking.patient is not None:
        booking.patient_name = booking.patient_name or str(booking.patient)
        booking.patient_phone = booking.patient_phone or booking.patient.phone
        booking.patient_email = booking.patient_email or booking.patient.email
    with overlap_in_words():
        booking.save()
    return booking
