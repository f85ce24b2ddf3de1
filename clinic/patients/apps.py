"""App configuration."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Patients and their medical records."""

    name = "clinic.patients"
    label = "patients"
