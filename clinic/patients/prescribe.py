"""Prescribe what the store holds: take it out, and put it back when a prescription is removed."""

from __future__ import annotations

from django.db import transaction

from clinic.desk.conflicts import row_of
from clinic.inventory.move_stock import move_stock
from clinic.inventory.reasons import Reason
from clinic.patients.models import MedicalRecord, Prescription


@transaction.atomic
def prescribe(record_id: int, item_id: int, quantity: int, dosage: str = "") -> Prescription:
    """Note a prescription and take it out of stock, both or neither.

    The record is locked first, as by who deletes it, so that the two cannot wait for each other.
    Raises `RowGoneError`, and what `move_stock` raises: the last one is given once, whoever asks.
    """
    row_of(MedicalRecord.objects.select_for_update(no_key=True), record_id)
    move_stock(item_id, -quantity, Reason.DISPENSED, _source(record_id))
    return Prescription.objects.create(record_id=record_id, item_id=item_id, quantity=quantity, dosage=dosage)


@transaction.atomic
def unprescribe(prescription_id: int) -> None:
    """Remove a prescription and return what it took; one that is gone already changes nothing."""
    found = Prescription.objects.select_for_update().filter(pk=prescription_id).first()
    if found is None:
        return
    move_stock(found.item_id, found.quantity, Reason.RETURNED, _source(found.record_id))
    found.delete()


def _source(record_id: int) -> str:
    return f"medical record {record_id}"
