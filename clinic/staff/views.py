"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.screens.guards import allowed
from clinic.screens.listing import listing
from clinic.staff.attempts import remember
from clinic.staff.filters import SignInFilter
from clinic.staff.models import SignInEvent
from clinic.staff.tables import SignInTable

TOO_MANY = 429


class SignInForm(AuthenticationForm):
    """Say what can be wrong without telling which of the two it was."""

    error_messages = {
        "invalid_login": _(
            "This user name and password do not belong together. Capital letters count. "
            "If you cannot get in, ask your manager to set a new password."
        ),
        "inactive": _("This account is switched off. Ask your manager to switch it on again."),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Say how long to wait where it was tried too often."""
        if seconds := getattr(self.request, "seconds_to_wait", 0):
            minutes = -(-seconds // 60)
            words = ngettext(
                "Too many attempts. Wait %(minutes)s minute, then try again; nothing else is wrong with your account.",
                "Too many attempts. Wait %(minutes)s minutes, then try again; nothing else is wrong with your account.",
                minutes,
            )
            return ValidationError(words % {"minutes": minutes}, code="too_many")
        return super().get_invalid_login_error()


class SignIn(LoginView):
    """Sign a member of staff in; one who is signed in already goes straight on."""

    template_name = "staff/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and let this browser know the account."""
        response = super().form_valid(form)
        remember(self.request, response, form.get_user().get_username())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form with what was wrong; after too many attempts say when to come again."""
        response = super().form_invalid(form)
        if seconds := getattr(self.request, "seconds_to_wait", 0):
            response.status_code = TOO_MANY
            response["Retry-After"] = str(seconds)
        return response


class SignOut(LogoutView):
    """Sign out, by POST only."""


@require_safe
@never_cache
@allowed("staff.view_signinevent")
def sign_ins(request: HttpRequest) -> HttpResponseBase:
    """List who signed in and out, and who tried to."""
    return listing(request, SignInEvent.objects.all(), SignInFilter, SignInTable, "staff/sign_ins.html")
