"""The schema's `migrate`, with words for a database of another scheme, and the groups of staff."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.db.migrations.exceptions import InconsistentMigrationHistory

from clinic.database.management.commands import migrate
from clinic.staff import roles

ANOTHER_SCHEME = (
    "This database was made by a version whose tables are another scheme's, and nothing leads from there to here. "
    "Export what is of value with that version (pg_dump --data-only), make a new database, and import it there; "
    "in the demonstration, begin with a new one: FRESH=1 make demo"
)


class Command(migrate.Command):
    """Migrate all tables, then bring SQL functions, triggers, database roles and groups up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, or say why this database cannot be."""
        try:
            super().handle(*args, **options)
        except InconsistentMigrationHistory as error:
            raise CommandError(ANOTHER_SCHEME) from error

    def finish(self) -> None:
        """Bring the groups and their rights up to date."""
        roles.sync()
