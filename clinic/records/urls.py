"""Addresses of medical records and prescriptions."""

from __future__ import annotations

from django.urls import path

from clinic.records import views

urlpatterns = [
    path("records/", views.records, name="records"),
    path("records/new/", views.create, name="record-new"),
    path("records/<int:pk>/", views.detail, name="record"),
    path("records/<int:pk>/edit/", views.edit, name="record-edit"),
    path("records/<int:pk>/delete/", views.delete, name="record-delete"),
    path("records/<int:pk>/prescriptions/", views.prescribe_item, name="prescribe"),
    path("prescriptions/<int:pk>/remove/", views.remove_prescription, name="unprescribe"),
]
