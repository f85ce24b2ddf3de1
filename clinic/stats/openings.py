"""The numbers as the clinic's day began, kept by the relay's first look of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from clinic.database import reads
from clinic.database.reads import Row

PUNCTUAL = timedelta(minutes=1)
"""Within this time after midnight the numbers are those that the day opened with."""


@dataclass(frozen=True)
class Opening:
    """The day's values by metric key; empty until somebody looked. `taken_at` is the clinic's own time."""

    day: date
    values: dict[str, Decimal] = field(default_factory=dict)
    taken_at: datetime | None = None

    @property
    def late_since(self) -> datetime | None:
        """Return the time at which the numbers were kept, if that was later than the day's beginning."""
        if self.taken_at is None:
            return None
        midnight = datetime.combine(self.day, datetime.min.time(), self.taken_at.tzinfo)
        return self.taken_at if self.taken_at - midnight > PUNCTUAL else None


def _opening(rows: list[Row]) -> Opening:
    day = date.fromisoformat(rows[0]["today"])
    if rows[0]["key"] is None:
        return Opening(day)
    taken_at = datetime.fromisoformat(rows[0]["taken_at"]).astimezone(ZoneInfo(settings.CLINIC_TIME_ZONE))
    return Opening(day, {row["key"]: Decimal(row["value"]) for row in rows}, taken_at)


OPENING = reads.select(
    _opening,
    "select t.today, o.key, o.value, o.taken_at"
    "  from (select clock.today() as today) t left join stats.opening o on o.day = t.today",
)
"""Today's opening."""
