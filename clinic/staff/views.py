"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.translation import gettext_lazy as _


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
