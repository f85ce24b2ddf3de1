"""Addresses of patients and medical records."""

from __future__ import annotations

from django.urls import path

from clinic.patients import merge_views, record_views, views

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
    path("records/", record_views.records, name="records"),
    path("records/new/", record_views.create, name="record-new"),
    path("records/<int:pk>/", record_views.detail, name="record"),
    path("records/<int:pk>/edit/", record_views.edit, name="record-edit"),
    path("records/<int:pk>/delete/", record_views.delete, name="record-delete"),
    path("records/<int:pk>/prescriptions/", record_views.prescribe_item, name="prescribe"),
    path("prescriptions/<int:pk>/remove/", record_views.remove_prescription, name="unprescribe"),
]
