"""Practitioners, services and bookings in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.bookings.models import Booking, Practitioner, Service
from clinic.desk.admin import StampedAdmin


@admin.register(Practitioner)
class PractitionerAdmin(StampedAdmin):
    """Practitioners by name."""

    list_display = ("full_name", "specialty", "is_active")
    search_fields = ("full_name", "specialty")
    ordering = ("full_name",)


@admin.register(Service)
class ServiceAdmin(StampedAdmin):
    """Services by name."""

    list_display = ("name", "price", "duration_minutes", "is_active")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Booking)
class BookingAdmin(StampedAdmin):
    """Bookings, latest day first."""

    list_display = ("date", "start_time", "patient_name", "practitioner", "service", "status")
    list_select_related = ("practitioner", "service")
    list_filter = ("status", "date")
    search_fields = ("patient_name", "patient_phone", "patient_email", "practitioner__full_name", "external_ref")
    autocomplete_fields = ("patient", "practitioner", "service")
    ordering = ("-date", "start_time")
