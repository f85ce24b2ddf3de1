"""503 in words: when a request would wait too long for its turn, and when the database cannot be reached."""

from __future__ import annotations

import logging
import sys
from random import randint

from csp.utils import build_policy
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error as broken
from django_htmx.middleware import HtmxDetails

log = logging.getLogger(__name__)

RETRY_SECONDS = (3, 8)
"""When to try again: not all at the same moment."""
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
UNREACHABLE = ("08", "57P", "53300")
"""SQLSTATEs of a connection that broke, a server that goes down or comes up, and one that takes no more connections."""


def answer(request: HttpRequest) -> HttpResponse:
    """Say that it takes too long just now: a page, a fragment for htmx, or plain words for programs; asks nobody."""
    is_look = request.method in SAFE
    seconds = randint(*RETRY_SECONDS)  # noqa: S311
    response = _worded(request, is_look)
    response["Retry-After"] = str(seconds)
    if is_look:
        response["Refresh"] = str(seconds)
    response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    response["Content-Security-Policy"] = build_policy()
    add_never_cache_headers(response)
    return response


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Tell a database that cannot be reached, which passes, from a fault of ours, which does not."""
    error = sys.exc_info()[1]
    if not is_unreachable(error):
        return broken(request)
    log.error("no connection to the database for %s (%s)", request.path, " ".join(str(error).split()))
    response = answer(request)
    response._has_been_logged = True  # type: ignore[attr-defined]  # one line, no trace
    return response


def is_unreachable(error: BaseException | None) -> bool:
    """Tell whether an error means that the database takes no connection or cut one; most have no SQLSTATE then."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(UNREACHABLE)


def _worded(request: HttpRequest, is_look: bool) -> HttpResponse:
    if HtmxDetails(request):
        return HttpResponse(render_to_string("_busy.html", {"is_look": is_look}), status=503)
    if "text/html" in request.headers.get("Accept", ""):
        return HttpResponse(render_to_string("503.html", {"is_look": is_look}), status=503)
    words = _("The system is very busy just now, and this request was not answered; try again in some seconds.")
    return HttpResponse(f"{words}\n", status=503, content_type="text/plain; charset=utf-8")
