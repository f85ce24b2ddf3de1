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
from typing import Any, ClassVar

from django.db import transaction
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolClosed

from clinic.database import actor
from clinic.database.pool import Pool

TELL = "select set_config('clinic.actor', %s, true)"
Execute = Callable[..., Any]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, whose transactions know who acts."""

    _told: str | None = ""
    """What the running transaction has been told; None when a part of it was taken back, and perhaps that too."""

    _connection_pools: ClassVar[dict[str, Pool]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._name_actor)

    @property
    def pool(self) -> Pool | None:
        """The pool of this process, made by who comes first; None where connections are not shared."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == NO_DB_ALIAS:
            return None
        if (pool := self._connection_pools.get(self.alias)) is None:
            connect = {**self.get_connection_params(), "autocommit": True}
            configure = self._configure_connection  # type: ignore[attr-defined]
            made = Pool(kwargs=connect, configure=configure, forget=self._forget_pool, **options)
            pool = self._connection_pools.setdefault(self.alias, made)
        return pool

    def _forget_pool(self, pool: Pool) -> None:
        if self._connection_pools.get(self.alias) is pool:
            del self._connection_pools[self.alias]

    def get_new_connection(self, conn_params: Any) -> Any:
        """Open a connection or get one of the pool; when the pool found no server, raise why."""
        try:
            return super().get_new_connection(conn_params)
        except PoolClosed:
            self.Database.connect(**conn_params).close()
            return super().get_new_connection(conn_params)

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
