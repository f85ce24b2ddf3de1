"""Prescribe what the store holds: take it out, and put it back when a prescription is removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clinic.errors import ClinicError
from clinic.inventory.models import Item
from clinic.patients.models import Prescription


class NotEnoughStockError(ClinicError):
    """The store has too little of an item; prescribe less, or another one."""


@transaction.atomic
def prescribe(record_id: int, item_id: int, quantity: int, dosage: str = "") -> Prescription:
    """Note a prescription and take it out of stock, both or neither.

    The stock decides in the same statement that takes from it, so the last one is given once, whoever asks.
    Raises `NotEnoughStockError`, which names the item and the quantity left.
    """
    with _stock_reason("dispensed", record_id):
        taken = Item.objects.filter(pk=item_id, quantity__gte=quantity).update(quantity=F("quantity") - quantity)
    if not taken:
        raise NotEnoughStockError(_shortage(item_id, quantity))
    return Prescription.objects.create(record_id=record_id, item_id=item_id, quantity=quantity, dosage=dosage)


@transaction.atomic
def unprescribe(prescription_id: int) -> None:
    """Remove a prescription and return what it took; one that is gone already changes nothing."""
    found = Prescription.objects.select_for_update().filter(pk=prescription_id).first()
    if found is None:
        return
    with _stock_reason("returned", found.record_id):
        Item.objects.filter(pk=found.item_id).update(quantity=F("quantity") + found.quantity)
    found.delete()


def _shortage(item_id: int, quantity: int) -> str:
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        return _("The item was removed from the store. Choose another one.")
    words = _("Only %(left)d of %(item)s are left, %(wanted)d were asked for. Prescribe less, or another item.")
    return words % {"left": item.quantity, "item": item.name, "wanted": quantity}


@contextmanager
def _stock_reason(reason: str, record_id: int) -> Iterator[None]:
    """Have the stock ledger say why, until the end of the block."""
    _tell_ledger(reason, f"medical record {record_id}")
    yield
    _tell_ledger("", "")


def _tell_ledger(reason: str, note: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('clinic.stock_reason', %s, true), set_config('clinic.stock_note', %s, true)",
            [reason, note],
        )
