"""The census: how many screens look on in all processes, and how long changes take to reach them.

Place: the hub has each process tell the others with each heartbeat, over the channel layer that they share, and keeps
the last word of each for a while. Nothing is written down. A process that hears of no other knows of itself.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, NamedTuple

from clinic.live import pace
from clinic.live.counters import counted
from clinic.live.supervision import OUTAGES, Supervisor, layer_errors

Message = dict[str, Any]
TYPE = "live.census"
FADE = 0.8
"""What was measured before counts so much less with each word: the last half minute counts most."""


class Word(NamedTuple):
    """Of one process: its open sockets, how many arrivals of changes were measured, and their seconds together."""

    sockets: int
    arrivals: float
    seconds: float


class Onlookers(NamedTuple):
    """Of all processes. `behind` is the mean from a commit to a browser, in seconds; None while that is not known.

    `is_dated`: PostgreSQL keeps when each transaction was committed, without which it never is.
    """

    screens: int
    behind: float | None
    is_dated: bool


class Census:
    """What one process knows of all."""

    def __init__(self) -> None:
        self.is_dated = False
        self._name = uuid.uuid4().hex
        self._heard: dict[str, tuple[float, Word]] = {}
        self._own = Word(0, 0.0, 0.0)
        self._before = (0, 0.0)
        self._telling = Supervisor("hub: telling other processes of its sockets", usual=(*OUTAGES, layer_errors()))

    async def keep_telling(self, tell: Callable[[Message], Awaitable[None]], sockets: Callable[[], int]) -> None:
        """Tell all processes by `tell` with each heartbeat, until cancelled."""

        async def work() -> None:
            while True:
                await asyncio.sleep(pace.HEARTBEAT_SECONDS)
                await tell(self._message(sockets()))
                self._telling.note_success()

        await self._telling.run(work)

    def _message(self, sockets: int) -> Message:
        """Return the next word of this process, as the channel layer carries it."""
        freshness = counted.arrivals.freshness
        now = (sum(freshness.counts), freshness.total)
        arrivals, seconds = (
            FADE * was + new - old for was, new, old in zip(self._own[1:], now, self._before, strict=True)
        )
        self._own, self._before = Word(sockets, arrivals, seconds), now
        return {"type": TYPE, "process": self._name, "word": list(self._own)}

    def hear(self, message: Message) -> None:
        """Take the word of a process; one of another version may say what cannot be read."""
        try:
            sockets, arrivals, seconds, *_more = message["word"]
            word = Word(int(sockets), float(arrivals), float(seconds))
            self._heard[str(message["process"])] = (monotonic(), word)
        except (LookupError, TypeError, ValueError):
            return

    def onlookers(self, sockets: int) -> Onlookers:
        """Add up the last words of all that were heard lately, and this process as it is now."""
        oldest = monotonic() - 3 * pace.HEARTBEAT_SECONDS
        self._heard = {name: told for name, told in self._heard.items() if told[0] > oldest}
        words = [self._own._replace(sockets=sockets)]
        words += [word for name, (_at, word) in self._heard.items() if name != self._name]
        arrivals = sum(word.arrivals for word in words)
        behind = sum(word.seconds for word in words) / arrivals if arrivals and self.is_dated else None
        return Onlookers(sum(word.sockets for word in words), behind, self.is_dated)
