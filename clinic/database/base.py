"""The connection that Django opens, under the name that Django looks for.

`clinic.actor` is told to PostgreSQL inside a transaction and for that transaction only. So it ends with it however that
ends, a session that others use next never holds a name, and behind a pooler that hands sessions out by transaction it
is right too. Nobody has to remember it: it is told before the first statement of a transaction and whenever it
changed, and a statement outside a transaction gets one of its own. Where nobody is named, which is each read of a page,
nothing is sent.

A COPY is no statement that Django sees: it bears the name inside a transaction and the program's outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from clinic.database import actor

TELL = "select set_config('clinic.actor', %s, true)"
Execute = Callable[..., Any]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, whose transactions know who acts."""

    _told: str | None = ""
    """What the running transaction has been told; None when a part of it was taken back, and perhaps that too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._name_actor)

    def create_cursor(self, name: str | None = None) -> Any:
        """Open a cursor; one that will COPY inside a transaction finds the actor named."""
        if not self.get_autocommit():
            self._tell_if_changed()
        return super().create_cursor(name)

    def init_connection_state(self) -> None:
        """Begin with a connection that has been told nothing."""
        self._told = ""
        super().init_connection_state()

    def _name_actor(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.get_autocommit():
            self._tell_if_changed()
        elif actor.current():
            with transaction.atomic(using=self.alias):
                self._tell_if_changed()
                return execute(sql, params, many, context)
        return execute(sql, params, many, context)

    def _tell_if_changed(self) -> None:
        name, status = actor.current(), self.connection.info.transaction_status
        if name != self._told and status != TransactionStatus.INERROR:
            with self.wrap_database_errors:
                self.connection.execute(TELL, [name])
            self._told = name

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self._told = ""

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._told = ""

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._told = ""

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
