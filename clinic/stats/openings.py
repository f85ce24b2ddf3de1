"""The nineteen numbers as the clinic's day began, kept by the relay's first look of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

PUNCTUAL = timedelta(minutes=1)
"""Within this time after midnight the numbers are those that the day opened with."""

OPENING = """
select t.today, o.key, o.value, o.taken_at
  from (select clock.today() as today) t left join stats.opening o on o.day = t.today
"""


@dataclass(frozen=True)
class Opening:
    """The day's values by metric key; empty until somebody looked. `taken_at` is the clinic's own time."""

    day: date
    values: dict[str, Decimal] = field(default_factory=dict)
    taken_at: datetime | None = None

    @property
    def late_since(self) -> datetime | None:
        """Give the time at which the numbers were kept, if that was later than the day's beginning."""
        if self.taken_at is None:
            return None
        midnight = datetime.combine(self.day, datetime.min.time(), self.taken_at.tzinfo)
        return self.taken_at if self.taken_at - midnight > PUNCTUAL else None


def read() -> Opening:
    """Read today's opening.

    Raises `django.db.Error` when the database cannot be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPENING)
        rows = cursor.fetchall()
    day, key, _value, taken_at = rows[0]
    if key is None:
        return Opening(day)
    here = taken_at.astimezone(ZoneInfo(settings.CLINIC_TIME_ZONE))
    return Opening(day, {key: value for _day, key, value, _at in rows}, here)
