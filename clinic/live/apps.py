"""App configuration."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """The pipe from the database's bell to every open browser."""

    name = "clinic.live"
    label = "live"
