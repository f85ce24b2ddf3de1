"""Who may come in: one decorator for pages, fragments and actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from clinic.screens.htmx import current_page, wants_part

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> View[P]:
    """Let only signed-in staff pass.

    Others go to the sign-in page and come back to the address they wanted. A fragment asked for by htmx is
    answered with HX-Redirect, so that the sign-in page never lands inside another page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_part(request):
            return _leave_the_page(request)
        return redirect_to_login(request.get_full_path())

    return guarded


def _leave_the_page(request: HttpRequest) -> HttpResponse:
    return HttpResponseClientRedirect(f"{resolve_url('login')}?{urlencode({'next': current_page(request) or '/'})}")


def allowed(*permissions: str) -> Callable[[View[P]], View[P]]:
    """Let pass who holds all the permissions (`app.action_model`, as `clinic.staff.roles` grants them).

    Nobody: the sign-in page. Somebody else: 403 in words. Templates ask the same by `{% if perms.app.action_model %}`.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return signed_in(checked)

    return guard
