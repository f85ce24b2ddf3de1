"""How the log of sign-ins is searched."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter, FilterSet  # type: ignore[import-untyped]

from clinic.screens.days import WITHIN_CALENDAR, within_day
from clinic.screens.filters import search_box
from clinic.screens.widgets import DayInput
from clinic.staff.models import SignInEvent, SignInKind


class SignInFilter(FilterSet):  # type: ignore[misc]
    """Who or from where, what, and on which day."""

    q = search_box(_("Search"), _("User name or address"))
    kind = ChoiceFilter(label=_("What"), choices=SignInKind.choices, empty_label=_("any"))
    day = DateFilter(label=_("Day"), widget=DayInput, method="of_day", validators=WITHIN_CALENDAR)

    class Meta:
        model = SignInEvent
        fields: list[str] = []

    def search(self, rows: QuerySet[SignInEvent], name: str, value: str) -> QuerySet[SignInEvent]:
        """Find lines by a part of the name, or by the whole address."""
        return rows.filter(Q(username__icontains=value) | Q(address__startswith=value)) if value else rows

    def of_day(self, rows: QuerySet[SignInEvent], name: str, value: date) -> QuerySet[SignInEvent]:
        """Show one day of the clinic's calendar."""
        return rows.filter(within_day("at", value))
