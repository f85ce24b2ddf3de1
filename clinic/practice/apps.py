"""App configuration."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Practitioners, their hours, and what the clinic offers."""

    name = "clinic.practice"
    label = "practice"
