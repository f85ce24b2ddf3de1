"""How items are picked: for a delivery all of them, for a prescription what is left."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from clinic.inventory.filters import found
from clinic.inventory.models import Item, StockStatus
from clinic.screens.pick import Picks


class ItemPicks(Picks[Item]):
    """Items by name."""

    model = Item
    address = "item-find"
    noun = _("item")
    placeholder = _("Name or SKU")

    def rows(self) -> QuerySet[Item]:
        """Offer all."""
        return Item.objects.order_by("name", "id")

    def found(self, rows: QuerySet[Item], text: str) -> QuerySet[Item]:
        """Find as the list of items does."""
        return found(rows, text)

    def facts(self, row: Item) -> str:
        """Tell the SKU and what is left."""
        return f"{row.sku} · {row.left_words}" if row.sku else row.left_words

    def unfit(self, row: Item) -> str:
        """Only what is out of stock cannot be chosen."""
        return now_("%s is out of stock. Choose another item.") % row


class StockPicks(ItemPicks):
    """Items of which something is left."""

    query = "?in_stock=1"

    def rows(self) -> QuerySet[Item]:
        """Leave out what is out of stock."""
        return super().rows().exclude(stock_status=StockStatus.OUT_OF_STOCK)


ITEMS, IN_STOCK = ItemPicks(), StockPicks()
