"""App configuration."""

from django.apps import AppConfig


class StatsConfig(AppConfig):
    """The metrics: their definitions, their SQL and their reading."""

    name = "clinic.stats"
    label = "stats"
