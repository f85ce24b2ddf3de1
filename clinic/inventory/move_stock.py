"""Put some of an item into the store, or take some out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.errors import ClinicError
from clinic.inventory.models import Item
from clinic.inventory.reasons import stock_reason

LARGEST = 2_147_483_647
"""The largest quantity that an `integer` holds."""


class NotEnoughStockError(ClinicError):
    """The store has too little of an item; take less, or another one."""


class TooMuchStockError(ClinicError):
    """More than the store can count of one item; look for a slip of the finger."""


class ItemGoneError(ClinicError):
    """The item was removed from the store. Choose another one."""


@transaction.atomic
def move_stock(item_id: int, change: int, reason: str, note: str = "") -> None:
    """Add to an item's quantity, or take from it, and have the ledger say why.

    The stock decides in the same statement that moves it, so the last one is given once, no matter who asks.
    Raises `NotEnoughStockError`, which names the item and the quantity left, `TooMuchStockError` or `ItemGoneError`.
    """
    enough = Item.objects.filter(pk=item_id, quantity__gte=-change, quantity__lte=LARGEST - max(change, 0))
    with stock_reason(reason, note):
        if not enough.update(quantity=F("quantity") + change):
            raise _refusal(item_id, change)


def _refusal(item_id: int, change: int) -> ClinicError:
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        return ItemGoneError(_("The item was removed from the store. Choose another one."))
    if change > 0:
        return TooMuchStockError(_("More than the store can count of one item; look for a slip of the finger."))
    return NotEnoughStockError(
        ngettext(
            "Only %(left)d of %(item)s is left, %(wanted)d were asked for. Take less, or another item.",
            "Only %(left)d of %(item)s are left, %(wanted)d were asked for. Take less, or another item.",
            item.quantity,
        )
        % {"left": item.quantity, "item": item.name, "wanted": -change}
    )
