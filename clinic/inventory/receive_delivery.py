"""Take a delivery into the store: several items at once, all or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.inventory.expiry import expired
from clinic.inventory.models import Item, StockMovement
from clinic.inventory.move_stock import ItemGoneError, move_stock
from clinic.inventory.reasons import StockReason
from clinic.screens.conflicts import moment


@dataclass(frozen=True)
class Line:
    """So many of one item, and until when they keep."""

    item_id: int
    quantity: int
    expires_on: date | None = None


@transaction.atomic
def receive_delivery(delivery_note: str, lines: Iterable[Line]) -> None:
    """Add what was delivered; the ledger names the delivery note.

    Items are locked in the order of their ids, so that two deliveries cannot wait for each other. An item's expiry
    date is that of the stock that expires first. Raises what `move_stock` raises.
    """
    for line in sorted(lines, key=lambda line: line.item_id):
        item = Item.objects.select_for_update(no_key=True).filter(pk=line.item_id).first()
        if item is None:
            raise ItemGoneError
        first = _expires_first(item, line)
        if first != item.expires_on:
            Item.objects.filter(pk=item.pk).update(expires_on=first)
        move_stock(item.pk, line.quantity, StockReason.DELIVERY, delivery_note)


def entered_before(delivery_note: str) -> str:
    """Warn of a delivery note that is in the ledger already; empty if it is new.

    Only a warning, since suppliers begin their numbers again and one note may come in two parcels.
    """
    same = StockMovement.objects.filter(reason=StockReason.DELIVERY.value, note=delivery_note)
    last = same.order_by("-made_at", "-id").first() if delivery_note else None
    if last is None:
        return ""
    words = _("Delivery note %(note)s was entered before, by %(who)s at %(when)s. Look whether it came twice.")
    return words % {"note": delivery_note, "who": last.source, "when": moment(last.made_at)}


def still_expired(lines: Iterable[Line]) -> list[str]:
    """Say of which items old stock keeps what was delivered from being given out."""
    items = Item.objects.filter(expired(), pk__in=[line.item_id for line in lines]).order_by("name", "id")
    words = _(
        "%(item)s still counts as expired since %(day)s, with what was just delivered. Take out what has expired"
        " (Adjust, expired), then set the day of the rest (Edit)."
    )
    return [words % {"item": item, "day": item.expiry_words} for item in items]


def _expires_first(item: Item, line: Line) -> date | None:
    if item.quantity == 0:
        return line.expires_on
    return min(filter(None, (item.expires_on, line.expires_on)), default=None)
