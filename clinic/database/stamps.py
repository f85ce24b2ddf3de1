"""Who changed a row last, and when; written by the database for every writer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Field, Func
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Actor(Func):
    """Who the session acts for: the application's user, or the script's name and the database's user."""

    function = "changes.actor"
    template = "%(function)s()"
    output_field = models.TextField()


class Witnessed(models.Model):
    """A row of which the database alone writes some columns: no INSERT and no UPDATE names them.

    The application has no right to them (`sql/280_roles.sql`); Django would name every column of a row that it saves.
    """

    written_by_the_database: ClassVar[frozenset[str]]

    class Meta:
        abstract = True

    def _do_insert(self, manager: Any, using: Any, fields: Any, *how: Any) -> Any:
        ours = [field for field in fields if self._is_ours(field)]
        return super()._do_insert(manager, using, ours, *how)  # type: ignore[misc]

    def _do_update(self, rows: Any, using: Any, pk: Any, values: Any, *how: Any) -> Any:
        return super()._do_update(rows, using, pk, [value for value in values if self._is_ours(value[0])], *how)

    def _is_ours(self, field: Field[Any, Any]) -> bool:
        return field.name not in self.written_by_the_database


class Stamped(Witnessed):
    """A row that knows its last change.

    Columns' defaults serve inserts; updates are stamped by the trigger of `sql/020_changes.sql`, which
    finds every table that has both columns. `changed_at` doubles as the row's version.
    """

    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    changed_by = models.TextField(_("changed by"), db_default=Actor(), editable=False)

    written_by_the_database = frozenset({"changed_at", "changed_by"})
    listed_at: ClassVar[str]
    """The name of the address at which people find all rows."""

    class Meta:
        abstract = True
