"""Reading the database from the event loop: on a thread, within a limit, on a connection that is given back.

Place: the hub reads the numbers with it, `admission` and the hub read rights. What takes too long raises
`TimeoutError`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import close_old_connections

from clinic.database import identity
from clinic.live.supervision import OUTAGES, Outage
from clinic.stats import snapshot
from clinic.stats.snapshot import Look

log = logging.getLogger(__name__)
Result = TypeVar("Result")

ANSWER_SECONDS = 10.0
"""A reading that takes longer has failed: what waits for it must go on."""


async def on_thread(function: Callable[..., Result], *args: Any) -> Result:
    """Run database code on a thread, on a connection that is closed when it should be.

    Raises `TimeoutError` when it takes too long.
    """

    def call() -> Result:
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    async with asyncio.timeout(ANSWER_SECONDS):
        return await sync_to_async(call, thread_sensitive=False)()


class Reader:
    """Reads the numbers for a hub, each time with what changed since; `database` is the identity of what it read."""

    def __init__(self) -> None:
        self.database = ""
        self._seen = snapshot.NOTHING_SEEN
        self._outage = Outage("reading the database", usual=(*OUTAGES, DatabaseError))

    async def look(self) -> Look | None:
        """Read all numbers, and which subjects changed since the reading before; None while that fails."""
        try:
            look, database = await on_thread(_look, self._seen)
        except (DatabaseError, TimeoutError) as error:
            self._outage.note(error)
            return None
        self._outage.end()
        if database != self.database:
            self.database, self._seen = database, snapshot.NOTHING_SEEN
        else:
            self._seen = look.snapshot
        return look


def _look(seen: str) -> tuple[Look, str]:
    return snapshot.look(seen), identity.read()
