"""The pages on which a manager adds and changes staff accounts."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.submit import keep_input_when_gone, sent, show, submit
from clinic.staff.forms import AccountForm
from clinic.staff.models import SignInKind
from clinic.staff.sign_ins import note


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("auth.add_user")
def create(request: HttpRequest) -> HttpResponse:
    """Add an account."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("auth.change_user")
@keep_input_when_gone(
    AccountForm, "staff/account.html", save_as_new="account-new", heading=gettext_lazy("Staff account")
)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account; those of the people who run the system are not the manager's to change."""
    account = row_of(User.objects.all(), pk, listed_at="setup")
    if account.is_superuser:
        raise Http404
    return _edit(request, account)


def _edit(request: HttpRequest, account: User | None) -> HttpResponse:
    form = AccountForm(sent(request), instance=account)
    answer = submit(request, form, lambda: _saved(request, form), _("Saved."))
    return answer or show(request, "staff/account.html", form, heading=_("Staff account"), back=reverse("setup"))


def _saved(request: HttpRequest, form: AccountForm) -> str:
    account = form.save_as(cast(User, request.user))
    if form.cleaned_data["new_password"]:
        note(request, SignInKind.PASSWORD_SET, account.get_username())
    return reverse("setup")
