"""Times of the clinic's clock, which skips an hour in spring and shows another twice in autumn.

A booking has a day and a time without a zone. One that comes twice is the first; one that is skipped is no time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

LAST = timedelta(minutes=1)


def instant(shown: datetime) -> datetime:
    """Return the moment at which the clock shows a naive time, the first if it does twice."""
    return shown.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def is_skipped(shown: datetime) -> bool:
    """Tell whether the clock never shows a naive time."""
    return timezone.localtime(instant(shown), timezone.get_default_timezone()).replace(tzinfo=None) != shown


def is_cut_short(begins: datetime, length: timedelta) -> bool:
    """Tell whether a part of the time after a start is skipped."""
    last = begins + length - LAST
    return is_skipped(begins) or is_skipped(last) or instant(last) - instant(begins) < length - LAST
