"""Patients and records in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.desk.admin import StampedAdmin
from clinic.desk.search_admin import SearchAdmin
from clinic.patients.filters import found, found_records
from clinic.patients.models import MedicalRecord, Patient


@admin.register(Patient)
class PatientAdmin(SearchAdmin, StampedAdmin):
    """Patients, searched by name, phone, e-mail or reference."""

    list_display = ("last_name", "first_name", "birth_date", "phone", "registered_on", "archived_at")
    found = staticmethod(found)
    list_filter = ("sex", "registered_on")
    ordering = ("last_name", "first_name", "id")


@admin.register(MedicalRecord)
class MedicalRecordAdmin(SearchAdmin, StampedAdmin):
    """Medical records, newest first."""

    list_display = ("visit_on", "patient", "practitioner", "chief_complaint", "diagnosis")
    list_select_related = ("patient", "practitioner")
    found = staticmethod(found_records)
    autocomplete_fields = ("patient", "booking", "practitioner")
    ordering = ("-visit_on", "-id")
