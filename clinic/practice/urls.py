"""Addresses of the manager's set-up."""

from __future__ import annotations

from django.urls import path

from clinic.practice import views
from clinic.practice.models import BlockedDay, Practitioner, Service

urlpatterns = [
    path("setup/", views.setup, name="setup"),
    path("setup/services/new/", views.service, name="setup-service-new"),
    path("setup/services/<int:pk>/", views.service, name="setup-service"),
    path("setup/services/<int:pk>/delete/", views.delete, {"model": Service}, name="setup-service-delete"),
    path("setup/practitioners/new/", views.practitioner, name="setup-practitioner-new"),
    path("setup/practitioners/<int:pk>/", views.practitioner, name="setup-practitioner"),
    path(
        "setup/practitioners/<int:pk>/delete/",
        views.delete,
        {"model": Practitioner},
        name="setup-practitioner-delete",
    ),
    path("setup/blocked/new/", views.block, name="setup-block"),
    path("setup/blocked/<int:pk>/delete/", views.delete, {"model": BlockedDay}, name="setup-unblock"),
]
