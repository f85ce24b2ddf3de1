"""Patients and records in Django's admin."""

from __future__ import annotations

from django.contrib import admin

from clinic.desk.admin import StampedAdmin
from clinic.patients.models import MedicalRecord, Patient


@admin.register(Patient)
class PatientAdmin(StampedAdmin):
    """Patients, searched by name, phone, e-mail or reference."""

    list_display = ("last_name", "first_name", "birth_date", "phone", "registered_on", "archived_at")
    search_fields = ("first_name", "last_name", "phone", "email", "external_ref")
    list_filter = ("sex", "registered_on")


@admin.register(MedicalRecord)
class MedicalRecordAdmin(StampedAdmin):
    """Medical records, newest first."""

    list_display = ("visit_on", "patient", "practitioner", "chief_complaint", "diagnosis")
    list_select_related = ("patient", "practitioner")
    search_fields = ("patient__last_name", "diagnosis", "chief_complaint")
    autocomplete_fields = ("patient", "booking", "practitioner")
    ordering = ("-visit_on", "-id")
