"""What was prescribed and is on no bill: people decide whether it goes on an open bill, on a further one, or is free.

The database puts what a visit prescribes on the visit's open bill, or on its bill when that is written
(`sql/250_medicine.sql`). It waits here when that bill was paid or void by then, was voided since, was not written by
the end of the visit's day, or when the record belongs to no booking.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.billing.lock_bill import lock_bill
from clinic.billing.models import Bill, BillStatus
from clinic.billing.refusals import already_paid
from clinic.bookings.models import BookingStatus
from clinic.errors import ClinicError
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord, Prescription
from clinic.screens.conflicts import RowGoneError, row_of
from clinic.screens.numbers import row_number

FURTHER, FREE = "further", "free"
LOOSE = Prescription.objects.filter(bill=None, is_free=False, unit_price__gt=0)
OVER = (BookingStatus.COMPLETED, BookingStatus.NO_SHOW, BookingStatus.CANCELLED, BookingStatus.DECLINED)
OPEN = Q(balance__gt=0) | Q(service_fee=0, medicine_fee=0, other_fee=0)
"""A bill that takes more, as `ledger.open_bill_of` has it; void ones are left out besides."""


class NothingToDecideError(ClinicError):
    """Somebody decided on this medicine already; nothing was billed twice."""


class NoSuchChoiceError(ClinicError):
    """Choose what becomes of this medicine: one of the bills, a bill of its own, or no charge."""


def taken_up_by(bill: Bill) -> QuerySet[Prescription]:
    """Find what the database puts on a new bill of a booking."""
    return LOOSE.filter(record__booking=bill.booking_id) if bill.booking_id else LOOSE.none()


def on_no_bill() -> QuerySet[Prescription]:
    """Find what waits for somebody to decide; a visit of today that still goes on will have its bill."""
    is_over = Q(record__booking__status__in=OVER) | Q(record__booking__date__lt=timezone.localdate())
    loose = LOOSE.filter(Q(record__booking=None) | Q(record__booking__bills__isnull=False) | is_over)
    voided = Prescription.objects.filter(bill__status=BillStatus.VOID, unit_price__gt=0)
    return Prescription.objects.filter(pk__in=loose.values("pk").union(voided.values("pk"), all=True))


def waiting_beside(bill: Bill) -> QuerySet[Prescription]:
    """Find what of a bill's visit, or of a void bill itself, waits for somebody to decide."""
    if bill.booking_id:
        return on_no_bill().filter(Q(bill=bill) | Q(record__booking=bill.booking_id)).order_by("id")
    return on_no_bill().filter(bill=bill).order_by("id") if bill.voided_at else Prescription.objects.none()


def amount_of(prescriptions: QuerySet[Prescription]) -> Decimal:
    """Add up what these cost."""
    return prescriptions.aggregate(sum=Sum(F("quantity") * F("unit_price")))["sum"] or Decimal(0)


def open_bills(patient: Patient) -> QuerySet[Bill]:
    """List the bills of a patient that take more, newest first, and those of nothing last."""
    taking = patient.bills.filter(OPEN, voided_at=None).annotate(is_of_nothing=Q(balance=0))
    return taking.order_by("is_of_nothing", "-issued_on", "-id")


@transaction.atomic
def bill_medicine(record_id: int, choice: str, prescription_ids: Collection[int]) -> Bill | None:
    """Put what these prescribed on a bill, given by its number or `FURTHER`, or charge nothing for it (`FREE`).

    Gives the bill. Raises `NothingToDecideError` when a colleague was faster, `NoSuchChoiceError` when the choice is
    none, or the bill is gone by now, and what `lock_bill` raises besides.
    """
    record = row_of(MedicalRecord.objects.all(), record_id)
    wanted = _held(record, prescription_ids)
    if choice == FREE:
        wanted.update(is_free=True, bill=None)
        return None
    # A booking has one bill, so a further one is the patient's alone.
    bill = Bill.objects.create(patient_id=record.patient_id) if choice == FURTHER else _open(record, choice)
    wanted.update(bill=bill)
    return bill


def _held(record: MedicalRecord, ids: Collection[int]) -> QuerySet[Prescription]:
    """Lock what was shown, and leave out what is decided on by now."""
    list(record.prescriptions.select_for_update().filter(pk__in=ids).order_by("pk"))
    wanted = list(on_no_bill().filter(record=record, pk__in=ids).values_list("pk", flat=True))
    if not wanted:
        raise NothingToDecideError
    return Prescription.objects.filter(pk__in=wanted)


def _open(record: MedicalRecord, choice: str) -> Bill:
    number = row_number(choice)
    if not number:
        raise NoSuchChoiceError
    try:
        bill = lock_bill(number)
    except RowGoneError as gone:
        raise NoSuchChoiceError(_("%s Choose again.") % gone) from gone
    if bill.patient_id != record.patient_id:
        raise NothingToDecideError(_("Bill %s is another patient's; choose again.") % bill)
    if not open_bills(bill.patient).filter(pk=bill.pk).exists():
        raise already_paid(bill)
    return bill
