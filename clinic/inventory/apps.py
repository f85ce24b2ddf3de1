"""App configuration."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Stock items and their movements."""

    name = "clinic.inventory"
    label = "inventory"
