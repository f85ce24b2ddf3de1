"""Admission: the sockets that open at the same time have their rights read together.

Place: asked by `consumers` at connect; asks `access` on a thread. A failure to read reaches each socket that waits.
After a restart thousands come back in a second: each would otherwise open a connection to the database of its own.
"""

from __future__ import annotations

import asyncio
import logging

from clinic.errors import ClinicError
from clinic.live import access
from clinic.live.access import Access
from clinic.live.hub import on_thread

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Sessions of one reading, so that nobody waits for the whole crowd."""

Waiting = tuple[str, asyncio.Future[Access | None]]


class AdmissionError(ClinicError):
    """Sessions cannot be read just now; open the socket again in a while."""


class Admission:
    """The sockets of this process that wait to be let in."""

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
            except Exception:
                log.exception("%d sockets could not be let in", len(turn))
                for _key, answer in _unanswered(turn):
                    answer.set_exception(AdmissionError())
            else:
                for key, answer in _unanswered(turn):
                    answer.set_result(found.get(key))


def _unanswered(turn: list[Waiting]) -> list[Waiting]:
    """Leave out the sockets that went away meanwhile."""
    return [waiting for waiting in turn if not waiting[1].done()]
