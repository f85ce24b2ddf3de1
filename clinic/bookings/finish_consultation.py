"""End a consultation: complete the booking and open its draft record and its bill, all or nothing.

A visit that costs nothing has no bill: one of 0.00 would count as paid, though nobody was asked for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.billing.medicine import LOOSE
from clinic.billing.models import Bill
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.patient_of import patient_of
from clinic.bookings.transitions import move
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord


@dataclass(frozen=True)
class Visit:
    """What a consultation leaves behind."""

    booking: Booking
    record: MedicalRecord
    bill: Bill | None
    """None when there is nothing to charge."""


@transaction.atomic
def finish_consultation(booking_id: int) -> Visit:
    """Complete a booking in consultation and open its record and bill.

    Raises `InvalidTransitionError` if it is not in consultation, so a second click opens nothing: the move is first and
    holds the booking's row until the record and the bill are there. What exists already is kept.
    """
    move(booking_id, BookingStatus.COMPLETED)
    booking = Booking.objects.select_related("service", "patient").get(pk=booking_id)
    patient = booking.patient = patient_of(booking)
    booking.save(update_fields=["patient"])
    return Visit(booking, _record(booking, patient), _bill(booking, patient))


def words_of_end(booking_id: int) -> str:
    """Say what a finished consultation left open."""
    if Bill.objects.filter(booking=booking_id).exists():
        return _("Completed; its record and its bill are open.")
    return _("Completed; its record is open. There is no bill: no service with a price is named, and no medicine.")


def _record(booking: Booking, patient: Patient) -> MedicalRecord:
    begun = booking.medical_records.order_by("id").first()
    return begun or MedicalRecord.objects.create(
        booking=booking,
        patient=patient,
        practitioner_id=booking.practitioner_id,
        visit_on=booking.date,
        chief_complaint=booking.reason,
    )


def _bill(booking: Booking, patient: Patient) -> Bill | None:
    fee = booking.service.price if booking.service else Decimal(0)
    if not fee and not LOOSE.filter(record__booking=booking.pk).exists():
        return booking.bills.first()
    bill, _created = Bill.objects.get_or_create(booking=booking, defaults={"patient": patient, "service_fee": fee})
    return bill
