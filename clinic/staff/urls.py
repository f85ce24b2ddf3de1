"""Addresses for signing in and out, and of staff accounts."""

from __future__ import annotations

from django.urls import path

from clinic.staff import account_views, passwords, views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("password/", passwords.change, name="own-password"),
    path("setup/sign-ins/", views.sign_ins, name="sign-ins"),
    path("setup/accounts/new/", account_views.create, name="account-new"),
    path("setup/accounts/<int:pk>/", account_views.edit, name="account"),
]
