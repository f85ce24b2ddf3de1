"""503 in words: a request waits too long for its turn, for a lock or for an answer, or the database is away or full."""

from __future__ import annotations

import logging
import sys
from random import randint
from typing import NamedTuple

from csp.utils import build_policy
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as broken
from django_htmx.middleware import HtmxDetails

log = logging.getLogger(__name__)

RETRY_SECONDS = (3, 8)
"""When to try again: not all at the same moment."""
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Reason(NamedTuple):
    """Why there is no answer: in a few words, and in a sentence for who looks and for who sent something."""

    what: str | Promise
    looking: str | Promise
    changing: str | Promise


BUSY = Reason(
    _("The system is very busy just now"),
    "",
    _("If you are not sure whether it was saved, look for it first."),
)
LOCKED = Reason(
    _("The table is locked just now"),
    _("Somebody holds a lock on what this page shows, as an import or an upgrade does for a while."),
    _("Somebody holds a lock on what you change, as an import or a colleague does for a while. Nothing was saved."),
)
SLOW = Reason(
    _("This takes the database too long"),
    _("It was stopped, so that it holds up nobody else; a narrower search may be quicker."),
    _("It was stopped, so that it holds up nobody else. Nothing was saved."),
)
FULL = Reason(
    _("The database has no room left"),
    _("Tell the person who looks after the server: its disk is full."),
    _("Nothing was saved. Tell the person who looks after the server: its disk is full."),
)
STATES = (
    (("53100",), FULL),
    (("08", "57P", "53"), BUSY),
    (("55P03", "40P01", "40001"), LOCKED),
    (("57014",), SLOW),
)
"""Beginnings of SQLSTATEs: a disk that is full; a connection that broke, a server that goes down or comes up, or has no
connection or memory to give; a lock that somebody else holds, or that two wanted of each other; a statement that was
cancelled."""


def answer(request: HttpRequest, reason: Reason = BUSY) -> HttpResponse:
    """Say that it takes too long just now: a page, a fragment for htmx, or plain words for programs; asks nobody."""
    is_look = request.method in SAFE
    response = try_later(_worded(request, reason, is_look))
    if is_look:
        response["Refresh"] = response["Retry-After"]
    response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    response["Content-Security-Policy"] = build_policy()
    add_never_cache_headers(response)
    return response


def try_later(response: HttpResponse) -> HttpResponse:
    """Make an answer one that tells programs, too, to try again after some seconds."""
    response.status_code = 503
    response["Retry-After"] = str(randint(*RETRY_SECONDS))  # noqa: S311
    return response


def words_of_delay(error: OperationalError) -> str:
    """Say beside a form, or after a button, why nothing was saved; raises again what does not pass in a moment."""
    reason = reason_of(error)
    if reason not in (LOCKED, SLOW, FULL):
        raise error
    return f"{reason.what}. {reason.changing} {_('Send it again in a moment.')}"


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Tell what passes, such as a database that cannot be reached, from a fault of ours, which does not."""
    error = sys.exc_info()[1]
    if (reason := reason_of(error)) is None:
        return broken(request)
    log.error("no answer from the database for %s (%s)", request.path, " ".join(str(error).split()))
    response = answer(request, reason)
    response._has_been_logged = True  # type: ignore[attr-defined]  # one line, no trace
    return response


def reason_of(error: BaseException | None) -> Reason | None:
    """Return why a database did not answer; None for a fault of ours. What broke at once mostly has no SQLSTATE."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:
        return BUSY
    return next((reason for beginnings, reason in STATES if state.startswith(beginnings)), None)


def _worded(request: HttpRequest, reason: Reason, is_look: bool) -> HttpResponse:
    said = {"is_look": is_look, "reason": reason}
    if HtmxDetails(request):
        return HttpResponse(render_to_string("_busy.html", said), status=503)
    if "text/html" in request.headers.get("Accept", ""):
        return HttpResponse(render_to_string("503.html", said), status=503)
    words = _("%(what)s, and this request was not answered; try again in some seconds.") % {"what": reason.what}
    return HttpResponse(f"{words}\n", status=503, content_type="text/plain; charset=utf-8")
