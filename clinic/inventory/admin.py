"""Stock items and their ledger in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clinic.inventory.filters import found, found_movements
from clinic.inventory.models import Item, StockMovement
from clinic.screens.admin import ReadOnlyAdmin, RowAdmin, StampedAdmin
from clinic.screens.search import typed
from clinic.screens.search_admin import SearchAdmin


@admin.register(Item)
class ItemAdmin(SearchAdmin, StampedAdmin):
    """Items by name."""

    list_display = (
        "name",
        "category",
        "quantity",
        "reorder_level",
        "stock_status",
        "unit_price",
        "expires_on",
    )
    list_filter = ("stock_status",)
    readonly_fields = ("stock_status", "changed_at", "changed_by")
    ordering = ("name",)

    def found(self, rows: QuerySet[Item], text: str) -> QuerySet[Item]:
        """Find items as their list does, or by the category."""
        return rows.filter(Q(category__icontains=typed(text)) | Q(pk__in=found(rows, text).values("pk")))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show the quantity of an item that exists; it is moved by adjustments and deliveries."""
        return (*self.readonly_fields, "quantity") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write only what was changed, so that a quantity that moved meanwhile stays."""
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(StockMovement)
class StockMovementAdmin(SearchAdmin, ReadOnlyAdmin, RowAdmin):
    """The ledger, to be read: quantities write it, and what happened is neither rewritten nor erased."""

    list_display = ("made_at", "item", "change", "reason", "note", "source")
    list_select_related = ("item",)
    list_filter = ("reason", "made_at")
    found = staticmethod(found_movements)
    ordering = ("-made_at", "-id")
