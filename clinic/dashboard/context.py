"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def clinic(request: HttpRequest) -> dict[str, str]:
    """Give templates the clinic's name, time zone, currency and language."""
    return {
        "clinic_name": settings.CLINIC_NAME,
        "clinic_time_zone": settings.CLINIC_TIME_ZONE,
        "clinic_currency": settings.CLINIC_CURRENCY,
        "clinic_language": settings.LANGUAGE_CODE,
    }
