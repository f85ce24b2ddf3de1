"""Signing in and out, and the guard that sends everybody else to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class SignInForm(AuthenticationForm):
    """Say what can be wrong without telling which of the two it was."""

    error_messages = {
        "invalid_login": _(
            "This user name and password do not belong together. Capital letters count. "
            "If you cannot get in, ask your manager to set a new password."
        ),
        "inactive": _("This account is switched off. Ask your manager to switch it on again."),
    }


class SignIn(LoginView):
    """Sign a member of staff in; one who is signed in already goes straight on."""

    template_name = "staff/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Sign out, by POST only."""


def signed_in(view: View[P]) -> View[P]:
    """Let only signed-in staff pass.

    Others go to the sign-in page and come back to the address they wanted. A fragment asked for by htmx is
    answered with HX-Redirect, so that the sign-in page never lands inside another page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request") == "true":
            return _leave_the_page(request)
        return redirect_to_login(request.get_full_path())

    return guarded


def _leave_the_page(request: HttpRequest) -> HttpResponse:
    page = getattr(request, "htmx", None) and request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(f"{resolve_url('login')}?{urlencode({'next': page or '/'})}")
