"""Stock items and their ledger in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clinic.desk.admin import RowAdmin, StampedAdmin
from clinic.inventory.models import Item, StockMovement


@admin.register(Item)
class ItemAdmin(StampedAdmin):
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
    search_fields = ("name", "sku", "category", "external_ref")
    readonly_fields = ("stock_status", "changed_at", "changed_by")
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show the quantity of an item that exists; it is moved by adjustments and deliveries."""
        return (*self.readonly_fields, "quantity") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write only what was changed, so that a quantity that moved meanwhile stays."""
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(StockMovement)
class StockMovementAdmin(RowAdmin):
    """The ledger, to be read: quantities write it."""

    list_display = ("made_at", "item", "change", "reason", "note", "source")
    list_select_related = ("item",)
    list_filter = ("reason", "made_at")
    search_fields = ("item__name", "source", "note")
    ordering = ("-made_at", "-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: movements follow quantities."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what happened is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what happened is not erased."""
        return False
