"""What speaks against a booking's time: said before it is booked, and booked all the same when staff say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from clinic.bookings.wall_clock import instant
from clinic.practice.models import BlockedDay, Practitioner, WorkingHours
from clinic.screens.cautions import Caution

END_OF_DAY = time(23, 59)
"""How hours until midnight are written."""
Range = tuple[datetime, datetime]


@dataclass(frozen=True)
class ProposedTime:
    """When somebody is to come, and to whom; no start is any time of the day, no practitioner anybody."""

    day: date
    start: time | None
    minutes: int
    practitioner: Practitioner | None

    @property
    def key(self) -> str:
        """Spell it; a form that is changed is asked about again."""
        return f"{self.day} {self.start} {self.minutes} {self.practitioner and self.practitioner.pk}"

    @property
    def range(self) -> Range:
        """When it begins and ends."""
        begins = datetime.combine(self.day, self.start or time())
        return begins, begins + timedelta(minutes=self.minutes)


def cautions(wanted: ProposedTime) -> Iterator[Caution]:
    """Yield what speaks against a time."""
    if _is_past(wanted):
        yield Caution(f"past {wanted.key}", _("This lies in the past."))
    yield from _blocked(wanted)
    if (words := _outside(wanted)) is not None:
        yield Caution(f"hours {wanted.key}", words)


def _is_past(wanted: ProposedTime) -> bool:
    if wanted.start is None:
        return wanted.day < timezone.localdate()
    return instant(wanted.range[0]) < timezone.now().replace(second=0, microsecond=0)


def _blocked(wanted: ProposedTime) -> Iterator[Caution]:
    rows = BlockedDay.objects.filter(first_day__lte=wanted.day, last_day__gte=wanted.day).select_related("practitioner")
    for row in rows.filter(Q(practitioner=None) | Q(practitioner=wanted.practitioner)):
        said = {"who": row.practitioner or _("The whole clinic"), "why": row.reason or _("no reason given")}
        yield Caution(f"blocked {row.pk} {wanted.key}", _("%(who)s is blocked on this day (%(why)s).") % said)


def _outside(wanted: ProposedTime) -> str | None:
    """Say that nobody works then; of who has no hours at all nothing is known."""
    rows = WorkingHours.objects.filter(practitioner__is_active=True)
    hours = list(rows.filter(practitioner=wanted.practitioner) if wanted.practitioner else rows)
    stretches = _joined(_on(hours, wanted.day) + _on(hours, wanted.day + timedelta(days=1)))
    begins, ends = wanted.range
    if not hours or any(opens <= begins and ends <= closes for opens, closes in stretches):
        return None
    if wanted.start is None and any(opens.date() == wanted.day for opens, _closes in stretches):
        return None
    today = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in stretches if opens.date() == wanted.day)
    said = {"who": wanted.practitioner or _("The clinic"), "day": formats.date_format(wanted.day, "l"), "hours": today}
    words = _("Outside opening hours: %(who)s works %(hours)s on this %(day)s.") if today else None
    return (words or _("Outside opening hours: %(who)s does not work on this %(day)s.")) % said


def _on(hours: Iterable[WorkingHours], day: date) -> list[Range]:
    midnight = datetime.combine(day + timedelta(days=1), time())
    return [
        (datetime.combine(day, row.starts), midnight if row.ends >= END_OF_DAY else datetime.combine(day, row.ends))
        for row in hours
        if row.weekday == day.weekday()
    ]


def _joined(stretches: list[Range]) -> list[Range]:
    """Join stretches that follow each other without a gap, or overlap as two people's do."""
    joined: list[Range] = []
    for opens, closes in sorted(stretches):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined
