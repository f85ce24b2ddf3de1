"""Who may come in: one decorator for pages, fragments and actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from clinic.staff.views import View, signed_in

P = ParamSpec("P")


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
