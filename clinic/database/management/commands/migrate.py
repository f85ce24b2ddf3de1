"""Django's `migrate`, followed by what belongs to the schema and is not a table."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from clinic.database import installer
from clinic.database.owner import signed_in_as_owner


class Command(migrate.Command):
    """Migrate all tables, then bring SQL functions, triggers and database roles up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does, as the owner; a partial or dry run installs nothing more."""
        with signed_in_as_owner():
            self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["app_label"] or options["check_unapplied"] or options["plan"]:
            return
        applied = installer.install()
        self.finish()
        if options["verbosity"] >= 1:
            self.stdout.write("SQL files applied." if applied else "SQL files are up to date.")

    def finish(self) -> None:
        """Bring up to date what a project keeps beside; nothing here."""
