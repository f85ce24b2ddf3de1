"""The clinic's clock as the database tells it, for column defaults and constraints."""

from __future__ import annotations

from django.db.models import DateField, Func


class Today(Func):
    """The date in the clinic's time zone, whatever the session's time zone is."""

    function = "clock.today"
    template = "%(function)s()"
    output_field = DateField()
