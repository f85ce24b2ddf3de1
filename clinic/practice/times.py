"""Times of day as the database compares them."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class WorkedTime(Func):
    """The half-open time range between two times of any one day."""

    arg_joiner = ", date '2001-01-01' + "
    template = "tsrange(date '2001-01-01' + %(expressions)s)"
    output_field = DateTimeRangeField()
