"""App configuration."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What whoever runs the clinic's server asks, and commands that need several packages."""

    name = "clinic.operations"
    label = "operations"

    def ready(self) -> None:
        """Have Django know the checks, which are registered as they are imported."""
        from clinic import checks  # noqa: F401
