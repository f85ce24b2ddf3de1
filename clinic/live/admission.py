"""Admission: those who ask at the same time, for a socket or by HTTP, have their rights read together.

Place: asked by `consumers` at connect and by `answers`; asks `access` on a thread. A failure to read reaches each.
After a restart thousands come back in a second: each would otherwise open a connection to the database of its own.
"""

from __future__ import annotations

import asyncio
import logging

from django.db import Error as DatabaseError

from clinic.errors import ClinicError
from clinic.live import access
from clinic.live.access import Access
from clinic.live.hub import on_thread

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Sessions of one reading, so that nobody waits for the whole crowd."""

Waiting = tuple[str, asyncio.Future[Access | None]]


class AdmissionError(ClinicError):
    """Sessions cannot be read just now; ask again in a while."""


class Admission:
    """Those who wait until their sessions are read."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._reading: asyncio.Task[None] | None = None

    async def of_session(self, session_key: str) -> Access | None:
        """Read what a session may see, with those of all others that ask meanwhile.

        Raises `AdmissionError` when it cannot be read; the log says once why, for all who asked.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((session_key, answer))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        found: Access | None = await answer
        return found

    async def _read(self) -> None:
        while self._waiting:
            turn, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                found = await on_thread(access.of_sessions, [key for key, _ in turn])
            except Exception as error:
                _tell(error, len(turn))
                for _key, answer in _unanswered(turn):
                    answer.set_exception(AdmissionError())
            else:
                for key, answer in _unanswered(turn):
                    answer.set_result(found.get(key))


def _unanswered(turn: list[Waiting]) -> list[Waiting]:
    """Leave out those who went away meanwhile."""
    return [waiting for waiting in turn if not waiting[1].done()]


def _tell(error: Exception, number: int) -> None:
    """Log what passes, a database out of reach or a full pool, in one line, and a fault of ours with its trace."""
    is_passing = isinstance(error, DatabaseError | TimeoutError)
    words = f"{type(error).__name__} {' '.join(str(error).split())}".strip()
    log.error("%d sessions could not be read (%s)", number, words, exc_info=None if is_passing else error)


admission = Admission()
"""The one queue of this process: who dials and who asks by HTTP are read together."""
