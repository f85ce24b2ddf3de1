"""The pages on which a manager adds and changes staff accounts."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.desk.guards import allowed
from clinic.desk.submit import show, submit
from clinic.staff.accounts import AccountForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("auth.add_user")
def create(request: HttpRequest) -> HttpResponse:
    """Add an account."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("auth.change_user")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account; those of the people who run the system are not the manager's to change."""
    return _edit(request, get_object_or_404(User, pk=pk, is_superuser=False))


def _edit(request: HttpRequest, account: User | None) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=account)
    answer = submit(request, form, lambda: _saved(request, form), _("Saved."))
    return answer or show(request, "staff/account.html", form, heading=_("Staff account"), back=reverse("setup"))


def _saved(request: HttpRequest, form: AccountForm) -> str:
    form.save_as(cast(User, request.user))
    return reverse("setup")
