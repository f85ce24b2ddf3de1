"""Foreign keys with their deletes, kept by the database for every writer.

Django 5.2 leaves ON DELETE to its own collector, which `psql` does not run. So models say
`db_constraint=False`, migrations add the keys from here, and the two state the same action.
"""

from __future__ import annotations

from django.db.migrations import RunSQL


def foreign_key(table: str, column: str, target: str, on_delete: str) -> RunSQL:
    """Add the foreign key `table.column` to `target.id`, checked at once.

    It cannot be deferred: ledgers count on a payment finding its bill.
    """
    name = f"{table}_{column.removesuffix('_id')}_exists"
    return RunSQL(
        f"alter table {table} add constraint {name} foreign key ({column}) references {target} (id)"
        f" on delete {on_delete}",
        f"alter table {table} drop constraint {name}",
    )
