"""Working hours as people write them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dates import WEEKDAYS_ABBR

from clinic.practice.models import WorkingHours
from clinic.practice.set_hours import Stretch


def written_hours(rows: Iterable[WorkingHours | Stretch]) -> dict[int, str]:
    """Write one practitioner's hours by weekday: `08:00-12:00, 13:00-17:00`; closed days are left out."""
    written: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: (row.weekday, row.starts)):
        stretch = f"{row.starts:%H:%M}-{row.ends:%H:%M}"
        written[row.weekday] = f"{written[row.weekday]}, {stretch}" if row.weekday in written else stretch
    return written


def week_in_words(rows: Iterable[WorkingHours]) -> str:
    """Write a whole week, neighbouring days of the same hours together: `Mon-Fri 08:00-17:00; Sat 08:00-12:00`."""
    runs: list[tuple[int, int, str]] = []
    for weekday, hours in written_hours(rows).items():
        if runs and runs[-1][1:] == (weekday - 1, hours):
            runs[-1] = (runs[-1][0], weekday, hours)
        else:
            runs.append((weekday, weekday, hours))
    return "; ".join(f"{_days(first, last)} {hours}" for first, last, hours in runs)


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS_ABBR[first]) if first == last else f"{WEEKDAYS_ABBR[first]}-{WEEKDAYS_ABBR[last]}"
