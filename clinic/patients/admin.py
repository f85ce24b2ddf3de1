"""Patients in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.patients.filters import found
from clinic.patients.models import Patient
from clinic.screens.admin import StampedAdmin
from clinic.screens.search_admin import SearchAdmin


@admin.register(Patient)
class PatientAdmin(SearchAdmin, StampedAdmin):
    """Patients, searched by name, phone, e-mail or reference."""

    list_display = ("last_name", "first_name", "birth_date", "phone", "registered_on", "archived_at")
    found = staticmethod(found)
    list_filter = ("sex", "registered_on")
    ordering = ("last_name", "first_name", "id")
