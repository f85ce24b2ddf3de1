"""Prescribe what the store holds: take it out, and put it back when a prescription is removed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.inventory.move_stock import move_stock
from clinic.inventory.reasons import StockReason
from clinic.money import written
from clinic.patients.models import Patient
from clinic.records.cautions import CautionError, cautions
from clinic.records.models import MedicalRecord, Prescription
from clinic.screens.cautions import Caution
from clinic.screens.conflicts import row_of


@transaction.atomic
def prescribe(
    record_id: int, item_id: int, quantity: int, dosage: str = "", *, seen: Collection[str] = (), reason: str = ""
) -> Prescription:
    """Note a prescription and take it out of stock, both or neither; the database puts it on the visit's open bill.

    What speaks against it needs a reason, which is kept on the prescription and in the ledger; `seen` are the keys of
    the cautions that the user was shown. Raises `CautionError` when there are others by now, or no reason,
    `RowGoneError`, and what `move_stock` raises: the last one is given once, no matter who asks.
    """
    _hold(record_id)
    why = reason.strip()
    move_stock(item_id, -quantity, StockReason.DISPENSED, f"{_source(record_id)}: {why}" if why else _source(record_id))
    against = _cautions(record_id, item_id)
    if any(caution.key not in seen for caution in against) or (against and not why):
        raise CautionError(against)
    return Prescription.objects.create(
        record_id=record_id,
        item_id=item_id,
        quantity=quantity,
        dosage=dosage,
        warnings=" ".join(caution.words for caution in against),
        override_reason=why,
    )


@transaction.atomic
def unprescribe(prescription_id: int) -> None:
    """Remove a prescription and return what it took; one that is gone already changes nothing."""
    found = Prescription.objects.select_for_update().filter(pk=prescription_id).first()
    if found is None:
        return
    take_back([found])


def take_back(prescriptions: list[Prescription]) -> None:
    """Return what these took, then delete them, which takes them off their bills; needs a transaction.

    All items come before any bill, as in `prescribe`, and each in the order of its ids, so that two cannot wait for
    each other.
    """
    for found in sorted(prescriptions, key=lambda one: one.item_id):
        move_stock(found.item_id, found.quantity, StockReason.RETURNED, _source(found.record_id))
    Prescription.objects.filter(pk__in=[found.pk for found in prescriptions]).delete()


def why_on_no_bill(given: Prescription) -> str:
    """Say why what was just prescribed is on no bill, and who decides; empty if it is on one, or costs nothing.

    A visit whose bill is yet to be written says nothing: that bill takes it up.
    """
    given.refresh_from_db()
    if given.bill_id is not None or not given.amount:
        return ""
    amount, visit = written(given.amount), given.record.booking
    if visit is None:
        return _("%s is on no bill, because this record belongs to no booking. The cashier will decide.") % amount
    bill = visit.bills.first()
    if bill is None:
        return ""
    said = {"amount": amount, "bill": bill, "status": bill.get_status_display()}
    return _("%(amount)s is on no bill: bill %(bill)s is %(status)s. The cashier will decide.") % said


def _hold(record_id: int) -> None:
    """Lock the patient, so that no allergy is added meanwhile, the visit, whose bill may be written, and the record.

    Those who lock several of them lock them in this order, so that they cannot wait for each other.
    """
    list(Patient.objects.select_for_update(no_key=True, of=("self",)).filter(medical_records=record_id))
    list(Booking.objects.select_for_update(of=("self",)).filter(medical_records=record_id))
    row_of(MedicalRecord.objects.select_for_update(no_key=True), record_id)


def _cautions(record_id: int, item_id: int) -> list[Caution]:
    patient = Patient.objects.get(medical_records=record_id)
    return list(cautions(patient, Item.objects.get(pk=item_id)))


def _source(record_id: int) -> str:
    return f"medical record {record_id}"
