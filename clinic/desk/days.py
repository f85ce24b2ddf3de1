"""Days as people read them: with their year unless it is this year."""

from __future__ import annotations

from datetime import date

from django.utils import formats, timezone


def written_day(day: date, form: str = "j M") -> str:
    """Write a day in a form of Django's that has no year, and add the year where it is another than this one."""
    return formats.date_format(day, form if day.year == timezone.localdate().year else f"{form} Y")
