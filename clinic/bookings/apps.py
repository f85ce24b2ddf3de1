"""App configuration."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Practitioners, services and bookings."""

    name = "clinic.bookings"
    label = "bookings"
