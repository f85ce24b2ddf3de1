"""The connection that Django opens, under the name that Django looks for.

`clinic.actor` is told to PostgreSQL inside a transaction and for that transaction only. So it ends with it however that
ends, a session that others use next never holds a name, and behind a pooler that hands sessions out by transaction it
is right too. Nobody has to remember it: it is told before the first statement of a transaction and whenever it
changed, and a statement outside a transaction gets one of its own. Where nobody is named, which is each read of a page,
nothing is sent.

The limits of a web process (`clinic.database.limits`) are set once for each of its own sessions. A pooler's session is
somebody else's at the next statement: there they are told to each transaction as well, with the name.

A COPY is no statement that Django sees: it bears the name inside a transaction and the program's outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

from django.db import transaction
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolClosed

from clinic.database import actor, limits
from clinic.database.pool import Pool

TELL = "select set_config('clinic.actor', %s, true)"
Execute = Callable[..., Any]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to PostgreSQL, whose transactions know who acts."""

    _told: str | None = ""
    """What the running transaction has been told; None when a part of it was taken back, and perhaps that too."""

    _connection_pools: ClassVar[dict[str, Pool]] = {}
    _without_limits: ClassVar[WeakSet[Any]] = WeakSet()
    """Connections to a pooler, whose transactions are to be told their limits."""

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
            configure = self._configure_connection
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

    def chunked_cursor(self) -> Any:
        """Open a cursor on the server inside a transaction only; another one would belong to the session."""
        return self.cursor() if self.get_autocommit() else super().chunked_cursor()

    def init_connection_state(self) -> None:
        """Begin with a connection that has been told nothing."""
        super().init_connection_state()
        self._told = self._untold

    def _configure_connection(self, connection: Any) -> bool:
        changed = bool(super()._configure_connection(connection))  # type: ignore[misc]
        wanted = self.settings_dict.get(limits.KEY)
        if wanted and not limits.set_for_session(connection, wanted):
            self._without_limits.add(connection)
        return changed or bool(wanted)

    @property
    def _is_pooled(self) -> bool:
        return self.connection in self._without_limits

    @property
    def _untold(self) -> str | None:
        """What a transaction knows at its beginning."""
        return None if self._is_pooled else ""

    def _name_actor(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.get_autocommit():
            self._tell_if_changed()
        elif actor.current() or self._is_pooled:
            with transaction.atomic(using=self.alias):
                self._tell_if_changed()
                return execute(sql, params, many, context)
        return execute(sql, params, many, context)

    def _tell_if_changed(self) -> None:
        name, status = actor.current(), self.connection.info.transaction_status
        if name != self._told and status != TransactionStatus.INERROR:
            sql, values = TELL, [name]
            if self._is_pooled:
                sql, values = TELL + limits.AND_LIMITS, [name, *self.settings_dict[limits.KEY]]
            with self.wrap_database_errors:
                self.connection.execute(sql, values)
            self._told = name

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        self._told = self._untold

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._told = self._untold

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._told = self._untold

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
