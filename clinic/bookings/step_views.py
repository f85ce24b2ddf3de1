"""The buttons that move a booking through its life, in a list or on its page."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.bookings.forms import ReasonForm
from clinic.bookings.models import Booking
from clinic.bookings.steps import BY_NAME, Step
from clinic.bookings.tables import when
from clinic.errors import ClinicError
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import wants_part
from clinic.screens.refusals import words_of_refusal
from clinic.screens.submit import CONFLICT, keep_input_when_gone, perform, sent, show, submit
from clinic.screens.tokens import once

TEMPLATE = "bookings/reason.html"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Take a step, by one click or with a reason."""
    if name not in BY_NAME:
        raise Http404
    wanted = BY_NAME[name]
    view = keep_input_when_gone(ReasonForm, TEMPLATE, step=wanted)(_ask) if wanted.question else _click
    return allowed(*wanted.permissions)(view)(request, pk, wanted)


def _click(request: HttpRequest, pk: int, wanted: Step) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    back = _back(request, pk)
    if wants_part(request):
        return _in_place(request, pk, wanted)
    return perform(request, lambda: _taken(pk, wanted, back), wanted.said(pk), back)


def _ask(request: HttpRequest, pk: int, wanted: Step) -> HttpResponse:
    booking = row_of(Booking.objects.select_related("patient", "practitioner", "service"), pk)
    back = _back(request, pk)
    form = ReasonForm(sent(request))
    change = lambda: _taken(pk, wanted, back, reason=form.cleaned_data["reason"])  # noqa: E731
    return submit(request, form, change, wanted.said(pk)) or show(
        request, TEMPLATE, form, booking=booking, when=when(booking), step=wanted, back=back
    )


def _in_place(request: HttpRequest, pk: int, wanted: Step) -> HttpResponse:
    """Say how it went without leaving the page; what the page shows refreshes itself."""
    try:
        once(request, lambda: _taken(pk, wanted, ""))
    except ClinicError as error:
        return _said(request, str(error), CONFLICT)
    except IntegrityError as error:
        return _said(request, words_of_refusal(error), CONFLICT)
    return _said(request, str(wanted.said(pk)), 200)


def _said(request: HttpRequest, words: str, status: int) -> HttpResponse:
    response = render(request, "bookings/_said.html", {"words": words, "is_refusal": status == CONFLICT}, status=status)
    if status == CONFLICT:
        response["HX-Trigger"] = "refreshStats"  # the page showed what was no longer so
    return response


def _taken(pk: int, wanted: Step, result: str, **reason: Any) -> str:
    wanted.take(pk, **reason)
    return result


def _back(request: HttpRequest, pk: int) -> str:
    """Return to the page the button was on, if it is one of ours."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else f"/bookings/{pk}/"
