"""How the lists of patients and of records are searched and filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, NumberFilter  # type: ignore[import-untyped]

from clinic.bookings.picks import ANY_PRACTITIONER
from clinic.desk import search
from clinic.desk.pick_filter import PickFilter
from clinic.desk.widgets import DayInput
from clinic.patients.models import MedicalRecord, Patient, PatientReference

LARGEST_NUMBER = 2**63 - 1
SHOWN = [("archived", _("archived")), ("all", _("all"))]


def search_box(label: Any, placeholder: Any) -> CharFilter:
    """Make the search field of a list."""
    box = forms.TextInput(attrs={"type": "search", "placeholder": placeholder, "autocomplete": "off"})
    return CharFilter(label=label, widget=box, method="search")


def of_patient() -> NumberFilter:
    """Make a list's filter for one patient, which links set and no field shows."""
    return NumberFilter(field_name="patient_id", widget=forms.HiddenInput, max_value=LARGEST_NUMBER, min_value=0)


class PatientFilter(FilterSet):  # type: ignore[misc]
    """Name, phone, e-mail or reference; active patients unless asked otherwise."""

    q = search_box(_("Search"), _("Name, phone, e-mail or reference"))
    show = ChoiceFilter(
        label=_("Status"),
        choices=[("archived", _("archived")), ("all", _("all"))],
        empty_label=_("active"),
        method="kept",
    )
    registered_from = DateFilter(
        label=_("Registered from"), field_name="registered_on", lookup_expr="gte", widget=DayInput
    )
    registered_to = DateFilter(label=_("Registered to"), field_name="registered_on", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Patient
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Patient]:
        """Hide archived patients unless they are asked for."""
        rows: QuerySet[Patient] = super().qs
        return rows if self.form.is_valid() and self.form.cleaned_data["show"] else rows.filter(archived_at=None)

    def kept(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Show archived patients, alone or among all."""
        return rows.filter(archived_at__isnull=False) if value == "archived" else rows

    def search(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Find every word somewhere, or the whole as a telephone number, however it is written."""
        return search.ranked(found(rows, value), value) if value.strip() else rows


def found(patients: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Find the patients that a search means; each branch is answered by an index."""
    reference = search.typed(text)
    formerly = Subquery(PatientReference.objects.filter(external_ref=reference).values("patient_id"))
    return patients.filter(search.meant(text) | Q(external_ref=reference) | Q(pk=formerly))


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
