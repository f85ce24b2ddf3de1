"""Supervision: keeps work going that must not end, whatever it raises, and knows what it fails of just now.

Place: hub, relay and check-ups run their long-lived work through it; health asks it what fails.
Only cancellation ends what it runs.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic

import psycopg

log = logging.getLogger(__name__)

OUTAGES = (psycopg.OperationalError, OSError, TimeoutError)
"""What every network and database does now and then: told in a line, while all else is told with its trace."""

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
SAY_AGAIN_SECONDS = 60.0
"""The same words are not repeated in the log before."""

MOST_DOUBLINGS = 10


class Supervisor:
    """Keeps one piece of work going; `fault` says what it failed of, and is empty while all is well."""

    def __init__(
        self, name: str, usual: tuple[type[Exception], ...] = OUTAGES, longest_pause: float = LONGEST_PAUSE_SECONDS
    ) -> None:
        self.name = name
        self.fault = ""
        self._usual = usual
        self._longest_pause = longest_pause
        self._failures = 0
        self._said = ("", 0.0)

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work again and again, with a pause in between, until cancelled; work that returns begins again."""
        while True:
            try:
                await work()
            except Exception as error:
                self.note_failure(error)
            await asyncio.sleep(self._pause())

    def note_success(self) -> None:
        """Take it from the work itself that all is well; without this it counts as failing once it has failed."""
        if self.fault:
            log.info("%s: works again", self.name)
        self.fault, self._failures = "", 0

    def note_failure(self, error: Exception) -> None:
        """Keep what the work failed of, and say it in the log."""
        self._failures += 1
        self.fault = f"{type(error).__name__}: {str(error).strip()}"
        words, said_at = self._said
        if self.fault == words and monotonic() - said_at < SAY_AGAIN_SECONDS:
            return
        self._said = (self.fault, monotonic())
        trace = None if isinstance(error, self._usual) else error
        log.log(logging.ERROR if trace else logging.WARNING, "%s: %s", self.name, self.fault, exc_info=trace)

    def _pause(self) -> float:
        doubled = FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures, MOST_DOUBLINGS)
        return min(self._longest_pause, doubled) * random.uniform(0.5, 1)  # noqa: S311


def faults(supervisors: Iterable[Supervisor]) -> dict[str, str]:
    """Tell what fails just now, by name."""
    return {each.name: each.fault for each in supervisors if each.fault}
