"""Addresses of patients."""

from __future__ import annotations

from django.urls import path

from clinic.patients import merge_views, views

urlpatterns = [
    path("patients/", views.patients, name="patients"),
    path("patients/find/", views.find, name="patient-find"),
    path("patients/new/", views.create, name="patient-new"),
    path("patients/<int:pk>/", views.detail, name="patient"),
    path("patients/<int:pk>/edit/", views.edit, name="patient-edit"),
    path("patients/<int:pk>/delete/", views.delete, name="patient-delete"),
    path("patients/<int:pk>/archive/", views.archive, name="patient-archive"),
    path("patients/<int:pk>/restore/", views.restore, name="patient-restore"),
    path("patients/<int:pk>/merge/", merge_views.merge, name="patient-merge"),
]
