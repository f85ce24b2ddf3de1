"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from clinic.live import pace


def clinic(request: HttpRequest) -> dict[str, object]:
    """Tell templates the clinic's name, time zone, currency and language, and the pace of its live numbers."""
    return {
        "clinic_name": settings.CLINIC_NAME,
        "clinic_time_zone": settings.CLINIC_TIME_ZONE,
        "clinic_currency": settings.CLINIC_CURRENCY,
        "clinic_language": settings.LANGUAGE_CODE,
        "live_pace": {name: f"{seconds:g}" for name, seconds in pace.for_browsers().items()},
    }
