"""The columns of the lists of items, of movements, and of what must be ordered.

Every movement changes an item in the same transaction, so the item's topic tells of movements too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, DateTimeColumn, Table  # type: ignore[import-untyped]

from clinic.inventory.models import Item, StockMovement, has_passed, state_in_words
from clinic.inventory.reasons import StockReason, words_of
from clinic.screens.columns import NumberColumn
from clinic.screens.conflicts import moment
from clinic.screens.export import Plain, in_words, stored
from clinic.screens.search import closest_first

TOPICS = ("inventory_item", "day")
"""At midnight things expire."""


def to_order(quantity: int, reorder_level: int, expires_on: date | None) -> int:
    """Fill up to twice the reorder level, the usual rule where nobody set a better one; at least one.

    What has expired fills nothing.
    """
    return max(2 * reorder_level - (0 if has_passed(expires_on) else quantity), 1)


def expiry(item: Item) -> str:
    """Write the day on which an item expires, and mark one that has passed."""
    words = item.expiry_words
    if not item.is_expired:
        return words
    return format_html('<span class="stock stock--expired">{}</span>', _("%s, expired") % words)


class StoreTable(Table):  # type: ignore[misc]
    """What every list of items has."""

    topics = TOPICS

    name = Column(_("Name"), order_by=("name", "id"), linkify=True)
    sku = Column(_("SKU"), order_by=("sku",))
    category = Column(_("Category"), order_by=("category", "name", "id"))
    quantity = NumberColumn(verbose_name=_("Quantity"), order_by=("quantity", "id"))
    reorder_level = NumberColumn(verbose_name=_("Reorder level"), orderable=False)
    expires_on = DateColumn(verbose_name=_("Expires"), format="j M Y", order_by=("expires_on", "id"))

    class Meta:
        order_by = "name"
        default = ""

    def render_expires_on(self, record: Item) -> str:
        """Mark a day that has passed."""
        return expiry(record)


class ItemTable(StoreTable):
    """Items by name."""

    noun = _("items")
    plain = {"stock_status": Plain(state_in_words, "stock_status", "quantity", "expires_on")}

    stock_status = Column(_("Stock"), orderable=False)

    class Meta(StoreTable.Meta):
        model = Item
        fields = sequence = ("name", "sku", "category", "quantity", "reorder_level", "stock_status", "expires_on")
        empty_text = _("No item matches.")

    order_name = closest_first("name", "id")

    def render_stock_status(self, record: Item) -> str:
        """Show the status in words."""
        return format_html('<span class="stock stock--{}">{}</span>', record.stock_mark, record.stock_words)


class ReorderTable(StoreTable):
    """What is low, out of stock or expired, with the quantity to order; a file holds all of it."""

    noun = _("items to order")
    plain = {"to_order": Plain(to_order, "quantity", "reorder_level", "expires_on")}

    to_order = NumberColumn(verbose_name=_("To order"), accessor="pk", orderable=False)

    class Meta(StoreTable.Meta):
        model = Item
        fields = sequence = ("name", "sku", "category", "quantity", "expires_on", "reorder_level", "to_order")
        empty_text = _("Nothing must be ordered.")

    def render_to_order(self, record: Item) -> int:
        """Say how many."""
        return to_order(record.quantity, record.reorder_level, record.expires_on)


class MovementTable(Table):  # type: ignore[misc]
    """The ledger, newest first."""

    topics = TOPICS
    noun = _("movements")
    plain = {"item": stored("item__name"), "reason": Plain(in_words(StockReason), "reason")}

    made_at = DateTimeColumn(verbose_name=_("When"), order_by=("made_at", "id"))
    item = Column(_("Item"), orderable=False, linkify=True)
    change = NumberColumn(verbose_name=_("Change"), orderable=False)
    reason = Column(_("Reason"), orderable=False)
    note = Column(_("Note"), orderable=False)
    source = Column(_("Who"), orderable=False)

    class Meta:
        model = StockMovement
        fields = ("made_at", "item", "change", "reason", "note", "source")
        order_by = "-made_at"
        default = ""
        empty_text = _("No movement matches.")

    def render_made_at(self, value: Any) -> str:
        """Show the clinic's clock."""
        return moment(value)

    def render_change(self, value: int) -> str:
        """Show the sign."""
        return f"{value:+d}"

    def render_reason(self, value: str) -> str:
        """Lead to everything that happened for this reason."""
        return _filtered("reason", value, words_of(value))

    def render_source(self, value: str) -> str:
        """Lead to everything that this person or script moved."""
        return _filtered("who", value, value)


def _filtered(name: str, value: str, words: Any) -> str:
    return format_html('<a href="{}?{}">{}</a>', reverse("movements"), urlencode({name: value}), words)
