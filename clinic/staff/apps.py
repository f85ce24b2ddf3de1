"""App configuration."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Who may sign in, and what each group may see and do."""

    name = "clinic.staff"
    label = "staff"

    def ready(self) -> None:
        """Have sign-ins noted, and temporary passwords known by their sessions."""
        from clinic.staff import passwords, sign_ins  # noqa: F401
