"""The time that a booking occupies, as the database reckons it for its exclusion constraint."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class BookedTime(Func):
    """The half-open time range that a booking occupies, from its date, start and minutes."""

    function = "clock.booked_time"
    output_field = DateTimeRangeField()
