"""App configuration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Medical records and prescriptions."""

    name = "clinic.records"
    label = "records"
