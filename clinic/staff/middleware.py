"""Who has a password of somebody else's comes nowhere before it is changed."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from clinic.screens.htmx import wants_part
from clinic.staff.passwords import IS_TEMPORARY


class TemporaryPasswordMiddleware:
    """Lead to the page of one's own password, whatever was asked for."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let pass who has a password of their own, and who changes it or leaves."""
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or IS_TEMPORARY not in request.session:
            return self.get_response(request)
        own = reverse("own-password")
        if request.path in {own, reverse("logout")}:
            return self.get_response(request)
        return HttpResponseClientRedirect(own) if wants_part(request) else redirect(own)
