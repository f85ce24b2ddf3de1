"""App configuration."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """What every table shares, and the installation of SQL files."""

    name = "clinic.database"
    label = "database"
