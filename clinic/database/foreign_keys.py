"""Foreign keys with their deletes, kept by the database for every writer.

Django 5.2 leaves ON DELETE to its own collector, which `psql` does not run. So models say `Reference`, migrations add
the keys from here, and the two state the same action.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.migrations import RunSQL

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class Reference(models.ForeignKey[_Set, _Get]):
    """A foreign key whose constraint a migration makes by `foreign_key`, and whose index the model names."""

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        super().__init__(to, on_delete, **{**options, "db_constraint": False, "db_index": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Have migrations name Django's own class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


def foreign_key(table: str, column: str, target: str, on_delete: str) -> RunSQL:
    """Add the foreign key `table.column` to `target.id`, checked at once.

    It cannot be deferred: ledgers count on an entry finding its holder.
    """
    name = f"{table}_{column.removesuffix('_id')}_exists"
    return RunSQL(
        f"alter table {table} add constraint {name} foreign key ({column}) references {target} (id)"
        f" on delete {on_delete}",
        f"alter table {table} drop constraint {name}",
    )
