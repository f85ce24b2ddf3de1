"""Delete an item that was never prescribed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import ngettext

from clinic.errors import ClinicError
from clinic.inventory.models import Item


class ItemWasPrescribedError(ClinicError):
    """Prescriptions refer to this item, so it stays; set its quantity and reorder level to zero instead."""


@transaction.atomic
def delete_item(item_id: int) -> None:
    """Delete an item and its ledger; one that is gone already changes nothing.

    The row is locked first, so nothing can be dispensed meanwhile. Raises `ItemWasPrescribedError`.
    """
    item = Item.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        return
    if reason := reason_to_keep(item):
        raise ItemWasPrescribedError(reason)
    item.delete()


def reason_to_keep(item: Item) -> str:
    """Say why an item cannot be deleted; empty if nothing speaks against it."""
    count = item.prescriptions.count()
    if not count:
        return ""
    return ngettext(
        "%(count)d prescription refers to %(item)s, so it stays. Set its quantity and reorder level to zero instead.",
        "%(count)d prescriptions refer to %(item)s, so it stays. Set its quantity and reorder level to zero instead.",
        count,
    ) % {"count": count, "item": item}
