"""App configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Sample data, logins, and the runner of the demonstration."""

    name = "clinic.demo"
    label = "demo"
