"""Signing in with a username and password, with all of a user's rights in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class StaffBackend(ModelBackend):
    """Django's own backend; it asks for a user's own rights and its groups' together."""

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
