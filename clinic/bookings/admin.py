"""Bookings in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.bookings.filters import found
from clinic.bookings.models import Booking
from clinic.screens.admin import StampedAdmin
from clinic.screens.search import typed
from clinic.screens.search_admin import SearchAdmin


@admin.register(Booking)
class BookingAdmin(SearchAdmin, StampedAdmin):
    """Bookings, latest day first."""

    list_display = ("date", "start_time", "who", "practitioner", "service", "status")
    list_filter = ("status", "date")
    autocomplete_fields = ("patient", "practitioner", "service")
    ordering = ("-date", "start_time")

    @admin.display(description=_("patient"))
    def who(self, booking: Booking) -> str:
        """Name the patient, or the name that was left."""
        return booking.display_name

    def found(self, rows: QuerySet[Booking], text: str) -> QuerySet[Booking]:
        """Find bookings as their list does, or by the practitioner."""
        practitioners = Q(practitioner__full_name__icontains=typed(text))
        return rows.filter(practitioners | Q(pk__in=found(rows, text).values("pk")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the patient too, by whom a booking is named."""
        return super().get_queryset(request).select_related("patient", "practitioner", "service")
