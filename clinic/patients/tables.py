"""The columns of the list of patients."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, Table  # type: ignore[import-untyped]

from clinic.patients.models import Patient
from clinic.screens.export import Plain
from clinic.screens.search import closest_first


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
