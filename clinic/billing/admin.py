"""Bills and payments in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.billing.filters import found
from clinic.billing.models import Bill, Payment
from clinic.screens.admin import StampedAdmin
from clinic.screens.search_admin import SearchAdmin


@admin.register(Bill)
class BillAdmin(SearchAdmin, StampedAdmin):
    """Bills, newest first; what follows from other columns is shown and not edited."""

    list_display = ("id", "issued_on", "patient", "total_amount", "amount_paid", "balance", "status")
    list_select_related = ("patient",)
    list_filter = ("status", "issued_on")
    found = staticmethod(found)
    readonly_fields = ("amount_paid", "total_amount", "balance", "status")
    autocomplete_fields = ("patient", "booking")
    ordering = ("-issued_on", "-id")


@admin.register(Payment)
class PaymentAdmin(StampedAdmin):
    """Payments, newest first."""

    list_display = ("paid_on", "bill", "amount", "method", "reference")
    list_filter = ("method", "paid_on")
    search_fields = ("=bill__id", "reference", "external_ref")
    autocomplete_fields = ("bill",)
    ordering = ("-paid_on", "-id")
