"""Make the demonstration's tables, accounts and sample data, and collect its static files; `demo` runs it."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from clinic.demo import logins, mark, sample
from clinic.embedded.command import ClinicCommand


class Command(ClinicCommand):
    """Bring the demonstration's database up to date and keep the data it has."""

    help = "Migrate, and create the demonstration's accounts and sample data where they are missing."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose database it is."""
        parser.add_argument("--own", action="store_true", help="nobody named the database: the demonstration made it")

    def handle(self, *args: Any, own: bool, **options: Any) -> None:
        """Prepare the database that DATABASE_URL names, and the files that pages ask for."""
        if not own:
            mark.refuse_foreign()
        mark.leave()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        logins.create()
        if sample.is_wanted():
            self.stdout.write(sample.fill())
