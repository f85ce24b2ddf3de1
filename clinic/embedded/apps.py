"""App configuration."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """PostgreSQL from the wheel and the demonstration."""

    name = "clinic.embedded"
    label = "embedded"
