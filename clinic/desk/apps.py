"""App configuration."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What every staff screen shares."""

    name = "clinic.desk"
    label = "desk"
