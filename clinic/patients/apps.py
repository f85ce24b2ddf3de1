"""App configuration."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Patients."""

    name = "clinic.patients"
    label = "patients"
