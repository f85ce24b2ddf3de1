"""The connections that a web process's requests share: few, checked before they are given out, waited for not too long.

Only the web server has a pool (`clinic.asgi` asks for it); commands and scripts have a connection of their own, and so
does the relay. What ends a request gives its connection back: see `clinic.serving.handler`.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg_pool import ConnectionPool

MOST_WAITING = 100
"""Who comes after so many is told at once that the database is busy."""


class Pool(ConnectionPool[Any]):
    """A pool that begins with the first request, and fails fast while there is no server."""

    def __init__(self, *, forget: Callable[[Pool], None], **options: Any) -> None:
        super().__init__(
            open=False,
            check=self._check_or_drain,
            max_waiting=MOST_WAITING,
            reconnect_timeout=0,  # the next one tries again
            reconnect_failed=lambda _pool: self._give_up(),
            **options,
        )
        self._forget = forget

    def state(self) -> dict[str, int]:
        """Tell how many connections there are, how many of them are in use, and how many requests wait for one."""
        stats = self.get_stats()
        size = 0 if self.closed else stats["pool_size"]  # before the first request none is open
        in_use = size - stats["pool_available"]
        return {"most": self.max_size, "open": size, "in_use": in_use, "waiting": stats["requests_waiting"]}

    def _check_or_drain(self, connection: psycopg.Connection[Any]) -> None:
        """Find out whether a connection still works; when one was cut, replace the others of that time too.

        Found out one by one, each would cost the request that needs one a pause, twice as long as the one before.
        """
        try:
            self.check_connection(connection)
        except psycopg.Error:
            self.drain()
            raise

    def _give_up(self) -> None:
        """End all waiting when no connection is left that could come back; who comes next begins with a new pool."""
        if self.get_stats()["pool_size"] == 0:
            self._forget(self)
            Thread(target=self.close, daemon=True).start()  # closing waits for the thread that runs this


def share_connections() -> None:
    """Have the requests of this process share connections from now on; `DATABASE_POOL_SIZE=0` leaves each its own."""
    if settings.DATABASE_POOL_SIZE:
        settings.DATABASES["default"]["OPTIONS"]["pool"] = {  # type: ignore[index]
            "min_size": 1,
            "max_size": settings.DATABASE_POOL_SIZE,
            "timeout": settings.DATABASE_WAIT_SECONDS,
        }


def state() -> dict[str, int] | None:
    """Tell how this process's pool fares; None where there is none."""
    pool = connections["default"].pool  # type: ignore[attr-defined]
    return pool.state() if pool else None
