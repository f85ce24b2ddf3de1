"""App configuration."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Bills and payments."""

    name = "clinic.billing"
    label = "billing"
