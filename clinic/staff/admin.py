"""Accounts in Django's admin: to be looked at; they are added and changed on the product's own pages alone.

Those keep what a colleague changed meanwhile, which Django's own form of a user does not. Superusers are made and get
new passwords by `manage.py createsuperuser` and `changepassword`.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.urls import reverse

from clinic.screens.admin import ReadOnlyAdmin

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(ReadOnlyAdmin, UserAdmin):
    """Who has an account, in which groups, with which permissions; the superusers' too."""

    fieldsets = None
    fields = (
        *("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"),
        *("groups", "user_permissions", "last_login", "date_joined"),
    )

    def view_on_site(self, obj: User) -> str | None:
        """Lead to the page on which an account is changed."""
        return None if obj.is_superuser else reverse("account", args=[obj.pk])
