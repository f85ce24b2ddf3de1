"""App configuration."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Bookings, the calendar, and the public page."""

    name = "clinic.bookings"
    label = "bookings"
