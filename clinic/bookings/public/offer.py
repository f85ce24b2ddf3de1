"""What the public page offers for a service: a week of days, and the free times of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from clinic.bookings.slots import Days, free_slots
from clinic.practice.models import Service

WEEK = timedelta(days=7)
FARTHEST = WEEK * 12
"""How far ahead appointments can be asked for."""


@dataclass(frozen=True)
class OfferedDay:
    """A day and its free times, no matter who is free then."""

    day: date
    times: tuple[time, ...]


@dataclass(frozen=True)
class Offer:
    """Seven days; `chosen` is the one whose times are shown. `earlier` and `later` are days of the weeks beside it."""

    days: tuple[OfferedDay, ...]
    chosen: OfferedDay | None
    earlier: date | None
    later: date | None


def offer(service: Service, wanted: date) -> Offer:
    """Offer the week in which the wanted day lies, counted from today, and that day or the next with a free time."""
    today = timezone.localdate()
    wanted = min(max(wanted, today), today + FARTHEST)
    first = today + WEEK * ((wanted - today) // WEEK)
    days = _week(service, first)
    return Offer(
        days,
        chosen=next((day for day in days if day.times and day.day >= wanted), None),
        earlier=first - WEEK if first > today else None,
        later=first + WEEK if first + WEEK <= today + FARTHEST else None,
    )


def last_day() -> date:
    """Return the last day of the last week that is offered."""
    return timezone.localdate() + FARTHEST + WEEK - timedelta(days=1)


def _week(service: Service, first: date) -> tuple[OfferedDay, ...]:
    week = Days(first, first + WEEK - timedelta(days=1))
    times: dict[date, set[time]] = {day: set() for day in week}
    for slot in free_slots(service.duration_minutes, week):
        times[slot.day].add(slot.start)
    return tuple(OfferedDay(day, tuple(sorted(found))) for day, found in times.items())
