"""Days as people give them, within the calendar, and read them: with their year unless it is this year."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import formats, timezone

from clinic.database.constraints import DAY_MESSAGE

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(9998, 12, 31)
"""The days that can be asked about; weeks before and after them still fit into a calendar."""
WITHIN_CALENDAR = (MinValueValidator(FIRST_DAY, DAY_MESSAGE), MaxValueValidator(LAST_DAY, DAY_MESSAGE))


def written_day(day: date, form: str = "j M") -> str:
    """Write a day in a form of Django's that has no year, and add the year where it is another than this one."""
    return formats.date_format(day, form if day.year == timezone.localdate().year else f"{form} Y")


def within_day(column: str, day: date) -> Q:
    """Match moments of one day of the clinic's calendar."""
    begin, end = (timezone.make_aware(datetime.combine(each, time.min)) for each in (day, day + timedelta(days=1)))
    return Q(**{f"{column}__gte": begin, f"{column}__lt": end})
