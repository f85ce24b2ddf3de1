"""Free slots: working hours, less blocked days, less what is booked, cut to the length of a service.

Three queries for any number of days; the rest is arithmetic. A slot on offer may be gone a moment later: booking
it is what decides (see `overlap`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from clinic.bookings.models import LIVE, Booking
from clinic.bookings.wall_clock import instant, is_cut_short
from clinic.practice.models import BlockedDay, WorkingHours

LONGEST_STEP = timedelta(minutes=30)
ONE_DAY = timedelta(days=1)
Range = tuple[datetime, datetime]


@dataclass(frozen=True, order=True)
class Slot:
    """A practitioner's free time, on the clinic's own clock."""

    day: date
    start: time
    practitioner_id: int


@dataclass(frozen=True)
class Days:
    """The days asked about, both ends included, and whose; `None` is anybody who is active."""

    first: date
    last: date
    practitioner_id: int | None = None

    def __iter__(self) -> Iterator[date]:
        return (self.first + ONE_DAY * number for number in range((self.last - self.first).days + 1))

    def of_practitioner(self) -> Q:
        """Narrow a table to the practitioner asked about."""
        return Q() if self.practitioner_id is None else Q(practitioner_id=self.practitioner_id)


def free_slots(minutes: int, days: Days, now: datetime | None = None, without: int | None = None) -> list[Slot]:
    """List what is free for so many minutes, in order of time; nothing before `now` (naive, the clinic's clock).

    What a change of the clock skips is not offered, an hour that comes twice is offered once, as the first.
    `without` is a booking that does not count as taken, because it is about to be moved.
    """
    from_now_on = instant(now) if now else timezone.now()
    length, taken = timedelta(minutes=minutes), _taken(days, without)
    return sorted(
        Slot(begins.date(), begins.time(), practitioner)
        for practitioner, stretch in open_stretches(days)
        for begins in _starts(stretch, length)
        if instant(begins) >= from_now_on
        and not is_cut_short(begins, length)
        and not _meets(taken[practitioner], begins, begins + length)
    )


def open_stretches(days: Days) -> list[tuple[int, Range]]:
    """List when each practitioner works on these days, blocked days left out."""
    hours = WorkingHours.objects.filter(days.of_practitioner(), practitioner__is_active=True)
    blocked = _blocked(days)
    return [
        (row.practitioner_id, (datetime.combine(day, row.starts), datetime.combine(day, row.ends)))
        for row in hours
        for day in days
        if day.weekday() == row.weekday and not {(None, day), (row.practitioner_id, day)} & blocked
    ]


def _blocked(days: Days) -> set[tuple[int | None, date]]:
    rows = BlockedDay.objects.filter(last_day__gte=days.first, first_day__lte=days.last)
    return {(row.practitioner_id, day) for row in rows for day in days if row.first_day <= day <= row.last_day}


def _taken(days: Days, without: int | None) -> dict[int | None, list[Range]]:
    """Collect what is booked by practitioner; a booking of the eve may last into the first day."""
    rows = (
        Booking.objects.filter(days.of_practitioner(), date__range=(days.first - ONE_DAY, days.last))
        .filter(status__in=LIVE, practitioner__isnull=False, start_time__isnull=False)
        .exclude(pk=without or 0)
        .values_list("practitioner_id", "date", "start_time", "duration_minutes")
    )
    taken: dict[int | None, list[Range]] = defaultdict(list)
    for practitioner, day, start, minutes in rows:
        begins = datetime.combine(day, start or time())
        taken[practitioner].append((begins, begins + timedelta(minutes=minutes)))
    return taken


def _starts(stretch: Range, length: timedelta) -> Iterator[datetime]:
    """Cut a stretch into starts: back to back for short services, each half hour for long ones."""
    opens, closes = stretch
    step = min(length, LONGEST_STEP)
    while opens + length <= closes:
        yield opens
        opens += step


def _meets(taken: list[Range], begins: datetime, ends: datetime) -> bool:
    return any(begins < other_ends and other_begins < ends for other_begins, other_ends in taken)
