"""Replace a practitioner's working hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from django.db import transaction

from clinic.practice.models import Practitioner, WorkingHours


@dataclass(frozen=True, order=True)
class Stretch:
    """Hours of one weekday (Monday is 0)."""

    weekday: int
    starts: time
    ends: time


@transaction.atomic
def set_hours(practitioner: Practitioner, stretches: Iterable[Stretch]) -> None:
    """Let the practitioner work exactly these hours; bookings made before stay as they are."""
    practitioner.working_hours.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(practitioner=practitioner, weekday=one.weekday, starts=one.starts, ends=one.ends)
        for one in stretches
    )
