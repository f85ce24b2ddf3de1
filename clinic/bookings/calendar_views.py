"""The calendar: a day of all practitioners, or a week of one."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.bookings.calendar import sheet
from clinic.bookings.filters import read_day
from clinic.bookings.plan import Plan
from clinic.bookings.slots import Days
from clinic.practice.models import BlockedDay, Practitioner
from clinic.practice.picks import PRACTITIONERS
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.parts import part
from clinic.screens.pick import PickField
from clinic.screens.sharing import for_many
from clinic.screens.widgets import DayInput

DAY, WEEK = timedelta(days=1), timedelta(days=7)
COLUMNS = 8
"""People side by side; more cannot be read on any screen."""


class CalendarForm(forms.Form):
    """Which day, and whose week."""

    day = forms.DateField(label=_lazy("Day"), required=False, widget=DayInput)
    practitioner = PickField(
        PRACTITIONERS, label=_lazy("Show"), required=False, empty_label=_lazy("Everybody, one day")
    )

    def __init__(self, asked: QueryDict, day: date, people: list[Practitioner]) -> None:
        data = asked.copy()
        data["day"] = day.isoformat()
        super().__init__(data)
        self.fields["practitioner"].offer(PRACTITIONERS.rows(), people)  # type: ignore[attr-defined]

    def chosen(self) -> Practitioner | None:
        """Return whose week is asked for."""
        self.is_valid()
        chosen: Practitioner | None = self.cleaned_data.get("practitioner")
        return chosen


@require_safe
@never_cache
@allowed("bookings.view_booking")
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a practitioner's week when one is chosen, else everybody's day; to htmx the table alone."""
    day = read_day(request.GET.get("day", "")) or timezone.localdate()
    people = list(PRACTITIONERS.rows())
    form = CalendarForm(request.GET, day, people)
    chosen = form.chosen()
    first = day - DAY * day.weekday() if chosen else day
    days = Days(first, first + WEEK - DAY if chosen else first, chosen.pk if chosen else None)
    plan = Plan.of(days)
    shown = part(request, [] if chosen else plan.busy_first(people), "people", COLUMNS)
    context = {
        "day": day,
        "form": form,
        "people": shown,
        "chosen": chosen,
        "sheet": sheet(plan.week(chosen) if chosen else plan.day(people, list(shown))),
        "blocked": _blocked(days),
        "title": _title(days),
        "earlier": day - (WEEK if chosen else DAY),
        "later": day + (WEEK if chosen else DAY),
        "today": timezone.localdate(),
    }
    template = template_for(request, "bookings/calendar.html", part="bookings/_calendar.html")
    return for_many(request, render(request, template, context))


def _blocked(days: Days) -> list[BlockedDay]:
    rows = BlockedDay.objects.filter(last_day__gte=days.first, first_day__lte=days.last).select_related("practitioner")
    mine = (None, days.practitioner_id)
    return [row for row in rows if days.practitioner_id is None or row.practitioner_id in mine]


def _title(days: Days) -> str:
    def written(day: date) -> str:
        return formats.date_format(day, "l j F Y" if days.first == days.last else "j M Y")

    return written(days.first) if days.first == days.last else f"{written(days.first)} - {written(days.last)}"
