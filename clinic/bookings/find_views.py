"""What forms look up while they are filled in: practitioners, services, and free times."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.bookings.filters import read_day
from clinic.bookings.forms import USUAL_MINUTES
from clinic.bookings.slots import Days, free_slots
from clinic.practice.models import LONGEST_MINUTES, Practitioner, Service
from clinic.practice.picks import ANY_PRACTITIONER, PRACTITIONERS, SERVICES
from clinic.screens.guards import allowed
from clinic.screens.numbers import row_number
from clinic.screens.pick import offers


@require_safe
@never_cache
@allowed("bookings.view_booking")
def practitioners(request: HttpRequest) -> HttpResponse:
    """Offer the practitioners whom a search finds; `all` for a list of what may be long past."""
    return offers(request, ANY_PRACTITIONER if "all" in request.GET else PRACTITIONERS)


@require_safe
@never_cache
@allowed("bookings.view_booking")
def services(request: HttpRequest) -> HttpResponse:
    """Offer the services that a search finds."""
    return offers(request, SERVICES)


@require_safe
@never_cache
@allowed("bookings.view_booking")
def slots(request: HttpRequest) -> HttpResponse:
    """Offer the practitioner's free times of the day."""
    day, practitioner = read_day(request.GET.get("date", "")), _number(request, "practitioner")
    if day is None or not Practitioner.objects.filter(pk=practitioner).exists():
        return HttpResponse()
    found_slots = free_slots(_minutes(request), Days(day, day, practitioner), without=_number(request, "booking"))
    is_past = day < timezone.localdate()
    return render(request, "bookings/_slots.html", {"slots": found_slots, "day": day, "is_past": is_past})


def _minutes(request: HttpRequest) -> int:
    service = Service.objects.filter(pk=_number(request, "service")).first()
    wanted = _number(request, "duration_minutes") or (service.duration_minutes if service else USUAL_MINUTES)
    return min(wanted, LONGEST_MINUTES)


def _number(request: HttpRequest, name: str) -> int:
    return row_number(request.GET.get(name, ""))
