"""App configuration."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What those who run the clinic's server ask, and commands that need several packages."""

    name = "clinic.operations"
    label = "operations"

    def ready(self) -> None:
        """Have Django know the checks, which are registered as they are imported."""
        from clinic import checks  # noqa: F401
