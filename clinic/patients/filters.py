"""How the list of patients is searched and filtered."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter, FilterSet, NumberFilter  # type: ignore[import-untyped]

from clinic.patients.models import Patient, PatientReference
from clinic.screens import search
from clinic.screens.filters import search_box
from clinic.screens.widgets import DayInput

LARGEST_NUMBER = 2**63 - 1


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
