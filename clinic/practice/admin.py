"""Practitioners and services in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.practice.models import Practitioner, Service
from clinic.screens.admin import StampedAdmin


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
