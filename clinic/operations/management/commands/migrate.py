"""Django's `migrate`, followed by what belongs to the schema and is not a table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db.migrations.exceptions import InconsistentMigrationHistory

from clinic.database import installer
from clinic.staff import roles

ANOTHER_SCHEME = (
    "This database was made by a version whose tables are another scheme's, and nothing leads from there to here. "
    "Export what is of value with that version (pg_dump --data-only), make a new database, and import it there; "
    "in the demonstration, begin with a new one: FRESH=1 make demo"
)


class Command(migrate.Command):
    """Migrate all tables, then bring SQL functions, triggers, database roles and groups up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does; a partial or dry run installs nothing more."""
        try:
            super().handle(*args, **options)
        except InconsistentMigrationHistory as error:
            raise CommandError(ANOTHER_SCHEME) from error
        if options["app_label"] or options["check_unapplied"] or options["plan"]:
            return
        applied = installer.install()
        roles.sync()
        if options["verbosity"] >= 1:
            self.stdout.write("SQL files applied." if applied else "SQL files are up to date.")
