"""Accounts in Django's admin: to be looked at; they are added and changed on the product's own pages alone.

Those keep what a colleague changed meanwhile and note who changed it, which Django's own form of a user does not.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Who has an account, in which groups, with which permissions; the superusers' too."""

    fieldsets = None
    fields = (
        *("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"),
        *("groups", "user_permissions", "last_login", "date_joined"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave it to `/setup/accounts/new/`, and superusers to `manage.py createsuperuser`."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave it to `/setup/accounts/`, and superusers' passwords to `manage.py changepassword`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, so that the names in ledgers and logs go on meaning somebody."""
        return False

    def view_on_site(self, obj: User) -> str | None:
        """Lead to the page on which an account is changed."""
        return None if obj.is_superuser else reverse("account", args=[obj.pk])
