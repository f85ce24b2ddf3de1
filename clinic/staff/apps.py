"""App configuration."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Who may sign in, and what each group may see and do."""

    name = "clinic.staff"
    label = "staff"
