"""App configuration."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """The pipe from the database's bell to every open browser."""

    name = "clinic.live"
    label = "live"

    def ready(self) -> None:
        """Have Django know the checks, which are registered as they are imported."""
        from clinic import checks  # noqa: F401
