"""Set an item's quantity to what was counted, or change it by what was broken, found or used."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.inventory.models import Item, StockMovement
from clinic.inventory.move_stock import ItemGoneError, move_stock
from clinic.inventory.reasons import StockReason, stock_reason
from clinic.screens.conflicts import RowChangedError, gone, moment


class QuantityMovedError(RowChangedError):
    """Stock moved between the count and its saving; `row` is the item, `seen` its last movement now."""

    def __init__(self, item: Item, last: StockMovement | None) -> None:
        super().__init__(item)
        self.seen = last.pk if last else 0
        self.args = (_words(item, last),)


@transaction.atomic
def set_quantity(item_id: int, counted: int, seen: int, note: str = "") -> None:
    """Set the quantity to what was counted while `seen` was the item's last movement (0: none).

    A later movement may lie before or after the count; only the person who counted knows.
    Raises `QuantityMovedError` or `RowGoneError`.
    """
    item = Item.objects.select_for_update(no_key=True).filter(pk=item_id).first()
    if item is None:
        raise gone(Item, item_id)
    last = last_movement(item_id)
    if (last.pk if last else 0) != seen:
        raise QuantityMovedError(item, last)
    with stock_reason(StockReason.COUNTED, note):
        Item.objects.filter(pk=item_id).update(quantity=counted)


def change_quantity(item_id: int, change: int, reason: str, note: str = "") -> None:
    """Add to the quantity or take from it, whatever it is by now; never below zero.

    Raises what `move_stock` raises, but `RowGoneError` when the item is no more.
    """
    try:
        move_stock(item_id, change, reason, note)
    except ItemGoneError:
        raise gone(Item, item_id) from None


def last_movement(item_id: int) -> StockMovement | None:
    """Return the item's newest movement, by which a count knows what it saw."""
    return StockMovement.objects.filter(item_id=item_id).order_by("-made_at", "-id").first()


def _words(item: Item, last: StockMovement | None) -> str:
    if last is None:
        return _("The ledger was emptied while you counted; %(left)d are on the books now.") % {"left": item.quantity}
    return _("%(who)s moved %(change)+d at %(when)s while you counted; %(left)d are on the books now.") % {
        "who": last.source,
        "change": last.change,
        "when": moment(last.made_at),
        "left": item.quantity,
    }
