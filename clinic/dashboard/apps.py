"""App configuration."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The page of tiles and its fragments."""

    name = "clinic.dashboard"
    label = "dashboard"
