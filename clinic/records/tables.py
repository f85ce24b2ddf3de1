"""The columns of the list of records."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, Table  # type: ignore[import-untyped]

from clinic.patients.models import full_name
from clinic.records.models import MedicalRecord
from clinic.screens.export import Plain, stored


class RecordTable(Table):  # type: ignore[misc]
    """Medical records, newest visit first."""

    topics = ("medical_record", "patient", "practitioner", "day")
    noun = _("medical records")
    plain = {
        "patient": Plain(full_name, "patient__first_name", "patient__last_name"),
        "practitioner": stored("practitioner__full_name"),
    }

    visit_on = DateColumn(verbose_name=_("Visit"), format="j M Y", order_by=("visit_on", "id"), linkify=True)
    patient = Column(_("Patient"), orderable=False, linkify=True)
    practitioner = Column(_("Practitioner"), orderable=False)
    chief_complaint = Column(_("Complaint"), orderable=False)
    diagnosis = Column(_("Diagnosis"), orderable=False)
    follow_up_on = DateColumn(verbose_name=_("Follow-up"), format="j M Y", orderable=False)

    class Meta:
        model = MedicalRecord
        fields = ("visit_on", "patient", "practitioner", "chief_complaint", "diagnosis", "follow_up_on")
        order_by = "-visit_on"
        default = ""
        empty_text = _("No medical record matches.")
