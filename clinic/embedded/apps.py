"""App configuration."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """PostgreSQL from the wheel."""

    name = "clinic.embedded"
    label = "embedded"
