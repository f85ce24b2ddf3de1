"""Asking for an appointment, in three steps without an account: service, time, name."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.bookings.filters import read_day
from clinic.bookings.overlap import TimeTakenError
from clinic.bookings.public.forms import PersonForm
from clinic.bookings.public.limit import may_ask
from clinic.bookings.public.offer import last_day, offer
from clinic.bookings.public.request_booking import AppointmentRequest, request_booking
from clinic.database.actor import acting_as
from clinic.practice.models import Service
from clinic.screens.addresses import client_address
from clinic.screens.submit import sent, show
from clinic.screens.tokens import FormAlreadySentError, once

NAME_PAGE = "bookings/public/name.html"
PUBLIC_PAGE = "public booking page"
"""Who asked, as `changed_by` and the activity name it."""


@require_safe
@never_cache
def choose_service(request: HttpRequest) -> HttpResponse:
    """Offer the services."""
    return render(request, "bookings/public/services.html", {"services": _services().order_by("name")})


@require_safe
@never_cache
def choose_time(request: HttpRequest, service_id: int) -> HttpResponse:
    """Offer a week's days, and the free times of one of them."""
    service = get_object_or_404(_services(), pk=service_id)
    return _times(request, service)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave_name(request: HttpRequest, service_id: int, day: str, start: str) -> HttpResponse:
    """Take a name and a phone number for the chosen time."""
    wanted = AppointmentRequest(get_object_or_404(_services(), pk=service_id), _day(day), _time(start))
    form = PersonForm(sent(request))
    return _asked(request, wanted, form) if form.is_valid() else show(request, NAME_PAGE, form, wanted=wanted)


@require_safe
def request_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next; nothing of what was sent is shown."""
    return render(request, "bookings/public/sent.html")


def _asked(request: HttpRequest, wanted: AppointmentRequest, form: PersonForm) -> HttpResponse:
    if not may_ask(client_address(request)):
        return render(request, "bookings/public/too_often.html", status=429)
    try:
        with acting_as(PUBLIC_PAGE):
            return redirect(once(request, lambda: _carried_out(wanted, form)))
    except TimeTakenError:
        return _times(request, wanted.service, wanted.day, _("Somebody was faster: that time was just taken."), 409)
    except FormAlreadySentError as error:
        form.add_error(None, str(error))
        return render(request, NAME_PAGE, {"wanted": wanted, "form": form}, status=409)


def _carried_out(wanted: AppointmentRequest, form: PersonForm) -> str:
    if not form.is_from_a_robot:
        request_booking(wanted, form.person())
    return reverse("public-booking-sent")


def _times(
    request: HttpRequest, service: Service, day: date | None = None, notice: str = "", status: int = 200
) -> HttpResponse:
    wanted = day or read_day(request.GET.get("day", "")) or timezone.localdate()
    context = {"service": service, "offer": offer(service, wanted), "notice": notice}
    return render(request, "bookings/public/times.html", context, status=status)


def _services() -> QuerySet[Service]:
    return Service.objects.filter(is_active=True)


def _day(text: str) -> date:
    day = read_day(text)
    if day is None or not timezone.localdate() <= day <= last_day():
        raise Http404
    return day


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H%M").time()
    except ValueError:
        raise Http404 from None
