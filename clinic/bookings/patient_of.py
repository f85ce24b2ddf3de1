"""Who a booking is for, once it must be known."""

from __future__ import annotations

from clinic.bookings.models import Booking
from clinic.patients.models import Patient
from clinic.screens import phones


def patient_of(booking: Booking) -> Patient:
    """Return the booking's patient: the one it names, the one with its name and phone, or a new one.

    Only an exact match is taken for the same person; likely duplicates are for people to merge.
    """
    return booking.patient or _known(booking) or _new(booking)


def _known(booking: Booking) -> Patient | None:
    number = phones.national(booking.patient_phone)
    if not number:
        return None
    first, last = _names(booking)
    same = Patient.objects.filter(
        search_text__endswith=f"{number} ", first_name__iexact=first, last_name__iexact=last, archived_at=None
    )
    found = [patient for patient in same if phones.national(patient.phone) == number]
    return found[0] if len(found) == 1 else None


def _new(booking: Booking) -> Patient:
    first, last = _names(booking)
    return Patient.objects.create(
        first_name=first, last_name=last, phone=booking.patient_phone, email=booking.patient_email
    )


def _names(booking: Booking) -> tuple[str, str]:
    """Split a name at its last space; the column for first names may not be empty."""
    first, _space, last = booking.patient_name.strip().rpartition(" ")
    return (first, last) if first else (last or "?", "")
