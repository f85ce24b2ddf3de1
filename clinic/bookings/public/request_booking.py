"""Ask for an appointment from outside: it arrives as pending, for a practitioner who is free then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from clinic.bookings.book import book
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.overlap import WORDS, TimeTakenError
from clinic.bookings.slots import Days, free_slots
from clinic.practice.models import Service


@dataclass(frozen=True)
class AppointmentRequest:
    """What somebody asks for: a service at a time."""

    service: Service
    day: date
    start: time

    def free_practitioners(self) -> list[int]:
        """List who is free then."""
        slots = free_slots(self.service.duration_minutes, Days(self.day, self.day))
        return [slot.practitioner_id for slot in slots if slot.start == self.start]


@dataclass(frozen=True)
class Person:
    """Who asks, as they name themselves."""

    name: str
    phone: str
    email: str = ""
    reason: str = ""


def request_booking(wanted: AppointmentRequest, person: Person) -> Booking:
    """Write the request down for the first practitioner who is still free.

    Raises `TimeTakenError` when nobody is, also when somebody was faster by a moment.
    """
    for practitioner_id in wanted.free_practitioners():
        try:
            return book(_booking(wanted, person, practitioner_id))
        except TimeTakenError:
            continue
    raise TimeTakenError(str(WORDS))


def _booking(wanted: AppointmentRequest, person: Person, practitioner_id: int) -> Booking:
    return Booking(
        status=BookingStatus.PENDING,
        service=wanted.service,
        practitioner_id=practitioner_id,
        date=wanted.day,
        start_time=wanted.start,
        duration_minutes=wanted.service.duration_minutes,
        patient_name=person.name,
        patient_phone=person.phone,
        patient_email=person.email,
        reason=person.reason,
    )
