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
from clinic.live.reading import on_thread

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Sessions of one reading, so that nobody waits for the whole crowd."""

TURN_SECONDS = 1.0
"""A reading that takes longer hangs: it holds up its own turn, and not those who come after it."""
MOST_READINGS = 3
"""Readings that hang, and the next, each with a thread and a connection."""

Waiting = tuple[str, asyncio.Future[Access | None]]


class AdmissionError(ClinicError):
    """Sessions cannot be read just now; ask again in a while."""


class Admission:
    """Those who wait until their sessions are read."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._taking_turns: asyncio.Task[None] | None = None
        self._readings: set[asyncio.Task[None]] = set()

    async def of_session(self, session_key: str) -> Access | None:
        """Read what a session may see, with those of all others that ask meanwhile.

        Raises `AdmissionError` when it cannot be read; the log says once why, for all who asked.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((session_key, answer))
        if self._taking_turns is None or self._taking_turns.done():
            self._taking_turns = asyncio.create_task(self._take_turns())
        found: Access | None = await answer
        return found

    async def _take_turns(self) -> None:
        while self._waiting:
            while len(self._readings) >= MOST_READINGS:
                await asyncio.wait(self._readings, return_when=asyncio.FIRST_COMPLETED)
            turn, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            reading = asyncio.create_task(_read(turn))
            self._readings.add(reading)
            reading.add_done_callback(self._readings.discard)
            await asyncio.wait({reading}, timeout=TURN_SECONDS)


async def _read(turn: list[Waiting]) -> None:
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
