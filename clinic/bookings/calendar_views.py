"""The calendar: a day of all practitioners, or a week of one."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.bookings.calendar import Column, sheet
from clinic.bookings.filters import read_day
from clinic.bookings.models import BlockedDay, Booking, Practitioner, Status
from clinic.bookings.slots import Days, open_stretches
from clinic.desk.guards import allowed

CALLED_OFF = [Status.DECLINED, Status.CANCELLED, Status.NO_SHOW]
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@require_safe
@never_cache
@allowed("bookings.view_booking")
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a practitioner's week when one is chosen, else everybody's day; to htmx the table alone."""
    day = read_day(request.GET.get("day", "")) or timezone.localdate()
    people = list(Practitioner.objects.filter(is_active=True).order_by("full_name"))
    chosen = next((p for p in people if str(p.pk) == request.GET.get("practitioner")), None)
    first = day - DAY * day.weekday() if chosen else day
    days = Days(first, first + WEEK - DAY if chosen else first, chosen.pk if chosen else None)
    context = {
        "day": day,
        "people": people,
        "chosen": chosen,
        "sheet": sheet(_columns(days, people, chosen)),
        "blocked": _blocked(days),
        "title": _title(days),
        "earlier": day - (WEEK if chosen else DAY),
        "later": day + (WEEK if chosen else DAY),
        "today": timezone.localdate(),
    }
    name = "bookings/_calendar.html" if request.htmx else "bookings/calendar.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def _columns(days: Days, people: list[Practitioner], chosen: Practitioner | None) -> list[Column]:
    bookings = _bookings(days)
    stretches = open_stretches(days)
    if chosen:
        wanted = [(formats.date_format(day, "D j M"), day, chosen.pk) for day in days]
    else:
        wanted = [(person.full_name, days.first, person.pk) for person in people]
    columns = [
        Column(
            heading,
            day,
            pk,
            [hours for who, hours in stretches if who == pk and hours[0].date() == day],
            [b for b in bookings if b.practitioner_id == pk and b.date == day],
        )
        for heading, day, pk in wanted
    ]
    shown = {booking.pk for column in columns for booking in column.bookings}
    others = [booking for booking in bookings if booking.pk not in shown]
    return [*columns, Column(_("Anybody"), days.first, None, [], others)] if others else columns


def _bookings(days: Days) -> list[Booking]:
    rows = Booking.objects.filter(days.of_practitioner(), date__range=(days.first, days.last))
    return list(rows.exclude(status__in=CALLED_OFF).select_related("patient", "service", "practitioner").order_by("id"))


def _blocked(days: Days) -> list[BlockedDay]:
    rows = BlockedDay.objects.filter(last_day__gte=days.first, first_day__lte=days.last).select_related("practitioner")
    mine = (None, days.practitioner_id)
    return [row for row in rows if days.practitioner_id is None or row.practitioner_id in mine]


def _title(days: Days) -> str:
    def written(day: date) -> str:
        return formats.date_format(day, "l j F Y" if days.first == days.last else "j M Y")

    return written(days.first) if days.first == days.last else f"{written(days.first)} - {written(days.last)}"
