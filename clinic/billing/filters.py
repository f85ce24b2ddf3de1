"""How the list of bills is searched and filtered; the dashboard's tiles link to it with these words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter, FilterSet, NumberFilter  # type: ignore[import-untyped]

from clinic.billing.amounts import AmountField
from clinic.billing.models import Bill, BillStatus
from clinic.patients.filters import found as found_patients
from clinic.patients.filters import of_patient
from clinic.patients.models import Patient
from clinic.records.models import Prescription
from clinic.screens.filters import search_box
from clinic.screens.numbers import row_number
from clinic.screens.search import typed
from clinic.screens.widgets import DayInput

OPEN = "open"


class AmountFilter(NumberFilter):  # type: ignore[misc]
    """A bound for an amount, typed as amounts are."""

    field_class = AmountField

    def get_max_validator(self) -> Any:
        """Leave the bound to the field."""
        return None


def found(bills: QuerySet[Bill], text: str) -> QuerySet[Bill]:
    """Find a bill by its number or reference, or the bills of the patients that a search means."""
    words = typed(text)
    wanted = Q(patient__in=found_patients(Patient.objects.all(), text)) | Q(external_ref=words)
    if number := row_number(words.removeprefix("#")):
        wanted |= Q(pk=number)
    return bills.filter(wanted)


class BillFilter(FilterSet):  # type: ignore[misc]
    """Patient, reference or number, status, days and amounts; without the void bills unless they are asked for."""

    q = search_box(_("Search"), _("Patient, reference or number"))
    status = ChoiceFilter(
        label=_("Status"),
        choices=[(OPEN, _("open: unpaid or part-paid")), *BillStatus.choices],
        empty_label=_("all but void"),
        method="with_status",
    )
    issued_from = DateFilter(label=_("Issued from"), field_name="issued_on", lookup_expr="gte", widget=DayInput)
    issued_to = DateFilter(label=_("Issued to"), field_name="issued_on", lookup_expr="lte", widget=DayInput)
    total_from = AmountFilter(label=_("Total from"), field_name="total_amount", lookup_expr="gte", min_value=Decimal(0))
    total_to = AmountFilter(label=_("Total to"), field_name="total_amount", lookup_expr="lte", min_value=Decimal(0))
    patient = of_patient()

    class Meta:
        model = Bill
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Bill]:
        """Hide void bills unless they are asked for."""
        rows: QuerySet[Bill] = super().qs
        said = self.form.cleaned_data.get("status") if self.form.is_bound and self.form.is_valid() else None
        return rows if said else rows.exclude(status=BillStatus.VOID)

    def search(self, rows: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        """Find a bill by its number or reference, or the bills of the patients that the search means."""
        return found(rows, value) if value.strip() else rows

    def with_status(self, rows: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        """Show one status, or what is still owed."""
        statuses = [BillStatus.UNPAID, BillStatus.PARTIALLY_PAID] if value == OPEN else [value]
        return rows.filter(status__in=statuses)


class MedicineFilter(FilterSet):  # type: ignore[misc]
    """Whose medicine, and which."""

    q = search_box(_("Search"), _("Patient or item"))

    class Meta:
        model = Prescription
        fields: list[str] = []

    def search(self, rows: QuerySet[Prescription], name: str, value: str) -> QuerySet[Prescription]:
        """Find what was given to the patients that the search means, and what is called so."""
        whose = Q(record__patient__in=found_patients(Patient.objects.all(), value))
        return rows.filter(whose | Q(item__name__icontains=value.strip())) if value.strip() else rows
