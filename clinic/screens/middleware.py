"""What holds for every change a person makes, said once instead of view by view."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import InvalidOperation
from traceback import walk_tb

from django.contrib import messages
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import bad_request
from django_htmx.http import HttpResponseClientRedirect
from psycopg.errors import DeadlockDetected

from clinic.database.actor import acting_as
from clinic.screens.conflicts import RowGoneError
from clinic.screens.htmx import wants_part
from clinic.screens.tokens import carried_out

UNFIT = ("NUL (0x00)", "expected a number but got", "Exceeds the limit")
"""How psycopg, Django and Python word what no column holds."""
LIBRARIES = {"django", "psycopg"}
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()" for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
    ),
}
"""Of every answer, static files included, beside those that Django and django-csp send."""
REFRESH = "refreshStats"
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class HeadersMiddleware(MiddlewareMixin):
    """Forbid pages what none of ours needs, and other sites to use what is ours."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ActorMiddleware:
    """Have a change bear the name of who is signed in: deltas, ledgers and `changed_by` tell of a person.

    Looking needs no name and pays for none.
    """

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the signed-in user's name, or in nobody's."""
        with acting_as("" if request.method in SAFE else request.user.get_username()):
            return self.get_response(request)


class ScreensMiddleware(MiddlewareMixin):
    """Have the page's numbers read again after a change; say in words, wherever it happens, that a row is gone."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell who wanted something of a row that is gone: on the page that shows it, else on its like's list."""
        if not isinstance(error, RowGoneError):
            return None
        is_look = request.method in SAFE
        if is_look and wants_part(request):
            return render(request, "screens/_gone.html", {"error": error})
        if is_look and not error.is_known:
            raise Http404
        if not is_look and (result := carried_out(request)):  # a second click on what was done at the first
            messages.success(request, str(error))
            return HttpResponseRedirect(result)
        messages.warning(request, str(error))
        return HttpResponseRedirect(error.back)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the trigger to every change that succeeded."""
        if request.method in SAFE or response.status_code >= 400:
            return response
        if 300 <= response.status_code < 400 and wants_part(request):
            response = _as_seen_by_htmx(response)
        response["HX-Trigger"] = _with_refresh(response.get("HX-Trigger", ""))
        return response


class NonsenseMiddleware(MiddlewareMixin):
    """Answer in words what no column can hold, wherever no field of a form has refused it before.

    NUL, which no keyboard makes and PostgreSQL keeps in no text, is dropped from addresses.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Drop NUL from what the address asks for; it is read after this."""
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refuse numbers that no column holds and texts that are none."""
        return bad_request(request, error) if _is_nonsense(request, error) else None


class RepeatReadsMiddleware(MiddlewareMixin):
    """Read once more when PostgreSQL ended a read to resolve a deadlock, say with a script that truncates tables."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Return the answer of a second attempt; None for what is no deadlock, or no mere read."""
        match = request.resolver_match
        if request.method not in SAFE or match is None or not isinstance(error.__cause__, DeadlockDetected):
            return None
        response = match.func(request, *match.args, **match.kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response


def _is_nonsense(request: HttpRequest, error: Exception) -> bool:
    """Tell a value that no column holds from a fault of ours: in the admin, whatever a library says of an address."""
    if isinstance(error, DataError | InvalidOperation):
        return True
    if not isinstance(error, ValueError | OverflowError):
        return False
    is_look_in_admin = request.method in SAFE and "admin" in getattr(request.resolver_match, "app_names", ())
    return any(words in str(error) for words in UNFIT) or (is_look_in_admin and _raised_in(error) in LIBRARIES)


def _raised_in(error: Exception) -> str:
    """Name the package whose code the error comes from."""
    innermost = list(walk_tb(error.__traceback__))[-1][0]
    return str(innermost.f_globals.get("__name__", "")).partition(".")[0]


def _as_seen_by_htmx(response: HttpResponseBase) -> HttpResponseBase:
    # A fetch follows redirects by itself and would lose this response's headers.
    moved = HttpResponseClientRedirect(response["Location"])
    moved.cookies = response.cookies
    return moved


def _with_refresh(trigger: str) -> str:
    """Add to other events, which are spelled as a list of names or as a JSON object."""
    if not trigger.lstrip().startswith("{"):
        names = [name.strip() for name in trigger.split(",") if name.strip()]
        return ", ".join(names if REFRESH in names else [*names, REFRESH])
    return json.dumps({REFRESH: None, **json.loads(trigger)})
