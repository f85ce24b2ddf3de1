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

from clinic.live.counters import counted

log = logging.getLogger(__name__)

OUTAGES = (psycopg.OperationalError, OSError, TimeoutError)
"""What every network and database does now and then: told in a line, while all else is told with its trace."""


def layer_errors() -> type[Exception]:
    """Return the error that the Redis client raises, which is none of Python's own."""
    from redis.exceptions import RedisError

    return RedisError


FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
MOST_DOUBLINGS = 10


class Outage:
    """Tells the log when something begins to fail and when it works again, however often it is tried meanwhile.

    `fault` says what it fails of, and is empty while all is well. What is not `usual` has its trace told, and is told
    again when it is another fault.
    """

    def __init__(self, name: str, usual: tuple[type[Exception], ...] = OUTAGES) -> None:
        self.name = name
        self.fault = ""
        self._usual = usual
        self._told: set[str] = set()
        self._began = 0.0

    def note(self, error: Exception) -> None:
        """Keep what failed, and say it in the log unless that was said."""
        words = f"{type(error).__name__}: {' '.join(str(error).split())}"
        self.begin(words, None if isinstance(error, self._usual) else error)

    def begin(self, words: str, trace: Exception | None = None) -> None:
        """Keep in words what is not as it should be, and say it in the log unless that was said."""
        if not self.fault:
            self._began = monotonic()
            counted.outages[self.name] += 1
        self.fault = words
        kind = words if trace else "an outage"
        if kind not in self._told:
            self._told.add(kind)
            log.log(logging.ERROR if trace else logging.WARNING, "%s: %s", self.name, words, exc_info=trace)

    def end(self) -> None:
        """Note that it works; says in the log after how long."""
        if self.fault:
            seconds = monotonic() - self._began
            counted.outage_seconds[self.name] += seconds
            log.info("%s: works again after %.1f s", self.name, seconds)
            self.fault = ""
            self._told.clear()


class Supervisor(Outage):
    """Keeps one piece of work going."""

    def __init__(
        self, name: str, usual: tuple[type[Exception], ...] = OUTAGES, longest_pause: float = LONGEST_PAUSE_SECONDS
    ) -> None:
        super().__init__(name, usual)
        self._longest_pause = longest_pause
        self._failures = 0

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
        self.end()
        self._failures = 0

    def note_failure(self, error: Exception) -> None:
        """Keep what the work failed of; the pause before the next try grows."""
        self._failures += 1
        self.note(error)

    def _pause(self) -> float:
        doubled = FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures, MOST_DOUBLINGS)
        return min(self._longest_pause, doubled) * random.uniform(0.5, 1)  # noqa: S311


def faults(supervisors: Iterable[Supervisor]) -> dict[str, str]:
    """Tell what fails just now, by name."""
    return {each.name: each.fault for each in supervisors if each.fault}
