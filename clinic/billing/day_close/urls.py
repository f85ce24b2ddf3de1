"""Addresses of the day close."""

from __future__ import annotations

from django.urls import path

from clinic.billing.day_close import views

urlpatterns = [
    path("day-close/", views.day_close, name="day-close"),
    path("day-close/<int:pk>/", views.sheet, name="day-close-sheet"),
]
