"""Addresses that every staff screen shares."""

from __future__ import annotations

from django.urls import path

from clinic.screens import views

urlpatterns = [path("changed/<slug:topic>/<int:pk>/", views.changed, name="row-changed")]
