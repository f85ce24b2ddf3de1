"""App configuration."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """What every staff screen shares."""

    name = "clinic.screens"
    label = "screens"
