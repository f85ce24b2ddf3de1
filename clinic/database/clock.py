"""The clinic's clock as the database tells it, for column defaults and constraints."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import DateField, Func


class Today(Func):
    """The date in the clinic's time zone, whatever the session's time zone is."""

    function = "clock.today"
    template = "%(function)s()"
    output_field = DateField()


class BookedTime(Func):
    """The half-open time range that a booking occupies, from its date, start and minutes."""

    function = "clock.booked_time"
    output_field = DateTimeRangeField()
