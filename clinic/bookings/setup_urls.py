"""Addresses of the manager's set-up."""

from __future__ import annotations

from django.urls import path

from clinic.bookings import setup_views
from clinic.bookings.models import BlockedDay, Practitioner, Service
from clinic.staff import account_views

urlpatterns = [
    path("setup/", setup_views.setup, name="setup"),
    path("setup/services/new/", setup_views.service, name="setup-service-new"),
    path("setup/services/<int:pk>/", setup_views.service, name="setup-service"),
    path("setup/services/<int:pk>/delete/", setup_views.delete, {"model": Service}, name="setup-service-delete"),
    path("setup/practitioners/new/", setup_views.practitioner, name="setup-practitioner-new"),
    path("setup/practitioners/<int:pk>/", setup_views.practitioner, name="setup-practitioner"),
    path(
        "setup/practitioners/<int:pk>/delete/",
        setup_views.delete,
        {"model": Practitioner},
        name="setup-practitioner-delete",
    ),
    path("setup/blocked/new/", setup_views.block, name="setup-block"),
    path("setup/blocked/<int:pk>/delete/", setup_views.delete, {"model": BlockedDay}, name="setup-unblock"),
    path("setup/accounts/new/", account_views.create, name="account-new"),
    path("setup/accounts/<int:pk>/", account_views.edit, name="account"),
]
