"""How the list of records is searched and filtered."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter, FilterSet  # type: ignore[import-untyped]

from clinic.patients.filters import found, of_patient
from clinic.patients.models import Patient
from clinic.practice.picks import ANY_PRACTITIONER
from clinic.records.models import MedicalRecord
from clinic.screens import search
from clinic.screens.filters import PickFilter, search_box
from clinic.screens.widgets import DayInput


def found_records(records: QuerySet[MedicalRecord], text: str) -> QuerySet[MedicalRecord]:
    """Find records by their patients, or by words of the diagnosis or the complaint."""
    words = search.typed(text)
    noted = Q(diagnosis__icontains=words) | Q(chief_complaint__icontains=words)
    return records.filter(noted | Q(patient__in=found(Patient.objects.all(), text)))


class RecordFilter(FilterSet):  # type: ignore[misc]
    """Patient's name, practitioner, days of the visit, and what is due for a follow-up."""

    q = search_box(_("Patient"), _("Name, phone, e-mail or reference"))
    practitioner = PickFilter(label=_("Practitioner"), picks=ANY_PRACTITIONER, empty_label=_("all"))
    visit_from = DateFilter(label=_("Visit from"), field_name="visit_on", lookup_expr="gte", widget=DayInput)
    visit_to = DateFilter(label=_("Visit to"), field_name="visit_on", lookup_expr="lte", widget=DayInput)
    follow_up = ChoiceFilter(
        label=_("Follow-up"), choices=[("due", _("due")), ("planned", _("planned"))], empty_label=_("any"), method="due"
    )
    patient = of_patient()

    class Meta:
        model = MedicalRecord
        fields: list[str] = []

    def search(self, rows: QuerySet[MedicalRecord], name: str, value: str) -> QuerySet[MedicalRecord]:
        """Find the records of the patients that the search means."""
        return rows.filter(patient__in=found(Patient.objects.all(), value)) if value.strip() else rows

    def due(self, rows: QuerySet[MedicalRecord], name: str, value: str) -> QuerySet[MedicalRecord]:
        """Show follow-ups that are due today or overdue, or those still to come."""
        today = timezone.localdate()
        return rows.filter(follow_up_on__lte=today) if value == "due" else rows.filter(follow_up_on__gt=today)
