"""One's own password: changed when one likes, and before anything else when somebody else has set it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.screens.guards import signed_in
from clinic.screens.submit import sent, show, submit
from clinic.staff.models import SignInKind, TemporaryPassword
from clinic.staff.sign_ins import note

IS_TEMPORARY = "password_is_temporary"
"""In a session: its password is somebody else's doing. Setting one ends an account's sessions, so none lacks it."""


class OwnPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": gettext_lazy("This is not your present password. Capital letters count."),
    }

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = words_of_rules()
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        """Refuse what is no change."""
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            self.add_error("new_password1", _("This is your present password. Choose another."))
        return new


@receiver(user_logged_in)
def _mark_session(sender: object, request: HttpRequest, user: User, **more: object) -> None:
    if TemporaryPassword.objects.filter(user=user).exists():
        request.session[IS_TEMPORARY] = True


def words_of_rules() -> str:
    """Tell what a password must be."""
    return _("At least %(length)s characters, not a common word and not like your name.") % {
        "length": settings.PASSWORD_LENGTH
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    user = cast(User, request.user)
    form = OwnPasswordForm(user, sent(request))
    is_temporary = IS_TEMPORARY in request.session
    answer = submit(request, form, lambda: _changed(request, form), _("Your password is changed."))
    return answer or show(request, "staff/password.html", form, is_temporary=is_temporary)


def _changed(request: HttpRequest, form: OwnPasswordForm) -> str:
    user = form.save()
    TemporaryPassword.objects.filter(user=user).delete()
    request.session.pop(IS_TEMPORARY, None)
    update_session_auth_hash(request, user)
    note(request, SignInKind.PASSWORD_CHANGED, user.get_username())
    return reverse("dashboard")
