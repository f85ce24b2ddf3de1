"""Signing in with a username and password, with all of a user's rights in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest

from clinic.staff.attempts import attempt_of


class StaffBackend(ModelBackend):
    """Django's own backend, not to be tried too often; it asks for a user's own rights and its groups' together."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        """Return the user whom name and password belong to, or None.

        A refusal for too many attempts stands in `request.seconds_to_wait` and `request.refused_attempt`.
        """
        if request is None or not request.META or not username:
            return super().authenticate(request, username, password, **kwargs)
        attempt = attempt_of(request, username)
        if seconds := attempt.seconds_to_wait():
            request.seconds_to_wait, request.refused_attempt = seconds, attempt  # type: ignore[attr-defined]
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            attempt.succeeded()
        return user

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the user's rights as `app.action_model`; none when inactive or asked of one object."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            granted = Permission.objects.all()
            if not user_obj.is_superuser:
                granted = granted.filter(Q(user=user_obj) | Q(group__user=user_obj))
            names = granted.order_by().values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}
        cached: set[str] = user_obj._perm_cache
        return cached
