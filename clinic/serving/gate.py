"""A gate before the work: threads that make pages side by side only take Python's lock from each other.

Few are at work; the others wait in the order in which they came, not too many and not too long.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache

from django.conf import settings

from clinic.errors import ClinicError


class BusyError(ClinicError):
    """Too many requests wait already, or this one has waited too long; try again in some seconds."""


class Gate:
    """Lets `at_work` in at a time, has at most `waiting` wait, and sends away who waits longer than `seconds`."""

    def __init__(self, at_work: int, waiting: int, seconds: float) -> None:
        self._free = asyncio.Semaphore(at_work)
        self._places = waiting
        self._seconds = seconds
        self.at_work = self.waiting = 0

    async def enter(self) -> None:
        """Wait for one's turn; a caller that got it calls `leave` when done. Raises `BusyError`."""
        if self.waiting >= self._places:
            raise BusyError
        self.waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError from None
        finally:
            self.waiting -= 1
        self.at_work += 1

    def leave(self) -> None:
        """Let the next one in."""
        self.at_work -= 1
        self._free.release()

    def state(self) -> dict[str, int]:
        """Tell how many are at work and how many wait."""
        return {"at_work": self.at_work, "waiting": self.waiting}


@lru_cache(maxsize=1)
def gate() -> Gate:
    """Return the one gate of this process."""
    return Gate(settings.REQUESTS_AT_WORK, settings.REQUESTS_WAITING, settings.REQUEST_WAIT_SECONDS)
