"""The columns of the lists of patients and of records."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, Table  # type: ignore[import-untyped]

from clinic.desk.export import Plain, stored
from clinic.desk.search import closest_first
from clinic.patients.models import MedicalRecord, Patient, full_name


def listed_name(first_name: str, last_name: str, archived_at: datetime | None) -> str:
    """Write the last name first, as the list is sorted, and whether the patient is archived."""
    name = ", ".join(part for part in (last_name, first_name) if part)
    return f"{name} ({_('archived')})" if archived_at else name


class PatientTable(Table):  # type: ignore[misc]
    """Patients by name; every sortable column has an index."""

    topics = ("patient",)
    noun = _("patients")
    plain = {"name": Plain(listed_name, "first_name", "last_name", "archived_at")}

    name = Column(_("Name"), accessor="pk", order_by=("last_name", "first_name", "id"), linkify=True)
    birth_date = DateColumn(verbose_name=_("Born"), format="j M Y", order_by=("birth_date",))
    phone = Column(_("Phone"), orderable=False)
    email = Column(_("E-mail"), orderable=False)
    registered_on = DateColumn(verbose_name=_("Registered"), format="j M Y", order_by=("registered_on",))

    class Meta:
        model = Patient
        fields = ("name", "birth_date", "phone", "email", "registered_on")
        order_by = "name"
        default = ""
        empty_text = _("No patient matches. Search for fewer words, or register a new patient.")

    order_name = closest_first("last_name", "first_name", "id")

    def render_name(self, record: Patient) -> str:
        """Show the name by which the list is sorted."""
        return listed_name(record.first_name, record.last_name, record.archived_at)


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
