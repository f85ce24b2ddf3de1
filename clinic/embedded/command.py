"""A management command that says what is wrong instead of showing a traceback."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.errors import ClinicError


class ClinicCommand(BaseCommand):
    """Report the product's own errors in one message, with exit code 1."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command."""
        try:
            return super().execute(*args, **options)
        except ClinicError as error:
            raise CommandError(str(error)) from error
