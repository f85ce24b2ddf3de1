"""A page whose table is locked is asked for once in a while, by one of those who want it; the others are told at once.

Each of them would else wait for the lock at one of the few places at work, and with it all who want other pages.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from psycopg.errors import LockNotAvailable

from clinic.serving import busy

TOLD_SECONDS = 5.0
"""How long others are told what one found, or while one finds out."""
_until: dict[str, float] = {}
"""By the name of a page: until when it is taken to be locked."""


class LockedMiddleware(MiddlewareMixin):
    """Remember which pages could not be read for a lock."""

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Tell who wants to see a locked page so; let one through now and then."""
        name = _name(request)
        if name not in _until:
            return None
        if monotonic() < _until[name]:
            return busy.answer(request, busy.LOCKED)
        _until[name] = monotonic() + TOLD_SECONDS
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Note a page that ran into a lock."""
        if _name(request) and isinstance(error.__cause__, LockNotAvailable):
            _until[_name(request)] = monotonic() + TOLD_SECONDS

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Forget a page that could be read again."""
        if response.status_code < 500:
            _until.pop(_name(request), None)
        return response


def _name(request: HttpRequest) -> str:
    """Name what is looked at; nothing for a change, which is never refused unasked."""
    match = request.resolver_match
    return match.view_name if match and request.method in busy.SAFE else ""
