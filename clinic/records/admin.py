"""Medical records in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.records.filters import found_records
from clinic.records.models import MedicalRecord
from clinic.screens.admin import StampedAdmin
from clinic.screens.search_admin import SearchAdmin


@admin.register(MedicalRecord)
class MedicalRecordAdmin(SearchAdmin, StampedAdmin):
    """Medical records, newest first."""

    list_display = ("visit_on", "patient", "practitioner", "chief_complaint", "diagnosis")
    list_select_related = ("patient", "practitioner")
    found = staticmethod(found_records)
    autocomplete_fields = ("patient", "booking", "practitioner")
    ordering = ("-visit_on", "-id")
