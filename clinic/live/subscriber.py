"""One browser's place in the hub: never waited for, brought up to date when it can take more.

Place: the hub offers frames; a writer task hands the text to the socket's send; a client that stops
acknowledging is first held back (it gets the latest values later), then closed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from clinic.live.access import Access
from clinic.live.messages import HEARTBEAT_SECONDS, Close

WINDOW = 32
"""Messages a client may leave unacknowledged before it is held back."""

STUCK_SECONDS = 6 * HEARTBEAT_SECONDS
"""A client that acknowledges nothing for this long is closed."""

Send = Callable[[str], Awaitable[None]]
CloseSocket = Callable[[Close], Awaitable[None]]
Render = Callable[["Subscriber"], str]
"""Render the full snapshot for a subscriber, with the topics that it missed."""


@dataclass(eq=False)
class Subscriber:
    """One socket: what it may see, what it was sent, and what it acknowledged.

    `seq` is the last sequence number it was sent. While `is_behind`, frames are not queued:
    `missed_topics` gathers, and the next message is a snapshot.
    """

    access: Access
    send: Send
    close: CloseSocket
    render: Render
    seq: int = 0
    is_behind: bool = True
    missed_topics: set[str] = field(default_factory=set)
    _next: str | None = None
    _sent: deque[tuple[int, float]] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _is_sending: bool = False

    def offer(self, text: str, seq: int, topics: frozenset[str]) -> None:
        """Take a message if the client can have it now; else note that it is behind."""
        if not self._has_room:
            self.fall_behind(topics)
            return
        self._next, self.seq = text, seq
        self._wake.set()

    def offer_sign_of_life(self, text: str) -> None:
        """Take a heartbeat, unless something else is on its way, which is as good a sign."""
        if self._has_room:
            self._next = text
            self._wake.set()

    def fall_behind(self, topics: frozenset[str] = frozenset()) -> None:
        """Send a snapshot as soon as the client can take one, instead of anything else."""
        self.is_behind = True
        self.missed_topics |= topics & self.access.audience.topics
        self._wake.set()

    def acknowledge(self, seq: int) -> None:
        """Note that the client has everything up to `seq`."""
        while self._sent and self._sent[0][0] <= seq:
            self._sent.popleft()
        if self.is_behind:
            self._wake.set()

    @property
    def _has_room(self) -> bool:
        return not (self.is_behind or self._next is not None or self._is_sending or len(self._sent) >= WINDOW)

    @property
    def is_stuck(self) -> bool:
        """The client has acknowledged nothing for too long."""
        return bool(self._sent) and monotonic() - self._sent[0][1] > STUCK_SECONDS

    async def write(self) -> None:
        """Hand messages to the socket until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            text = self._take()
            if text is None:
                continue
            self._sent.append((self.seq, monotonic()))
            self._is_sending = True
            await self.send(text)
            self._is_sending = False
            if self.is_behind:
                self._wake.set()

    def _take(self) -> str | None:
        text, self._next = self._next, None
        if text is not None or not self.is_behind or len(self._sent) >= WINDOW:
            return text
        text = self.render(self)
        self.is_behind = False
        self.missed_topics.clear()
        return text
