"""App configuration."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """A library's books and loans."""

    name = "library"
