"""One browser's place in the hub: never waited for, brought up to date when it can take more.

Place: the hub offers frames, which go to the socket's send at once; a send that has to wait goes on in a task of its
own. A client that stops acknowledging is first held back (it gets the latest values later), then closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from time import monotonic
from typing import Any

from clinic.live import daphne, eager, pace
from clinic.live.access import Access
from clinic.live.counters import counted
from clinic.live.messages import MESSAGES_PER_ACK, Close, Message

log = logging.getLogger(__name__)

WINDOW = 4 * MESSAGES_PER_ACK
"""Messages a client may leave unacknowledged before it is held back."""

Send = Callable[[Message], Coroutine[Any, Any, None]]
CloseSocket = Callable[[Close], Awaitable[None]]
Render = Callable[["Subscriber"], Message | None]
"""Render the full snapshot for a subscriber; None while there is none to show."""


@dataclass(eq=False, slots=True)
class Subscriber:
    """One socket: what it may see, what it was sent, and what it acknowledged.

    `seq` is the last sequence number it was sent. While `is_behind`, frames are not sent: the next message is
    a snapshot.
    """

    access: Access
    send: Send
    close: CloseSocket
    render: Render
    seq: int = 0
    is_behind: bool = True
    _unacknowledged: int = 0
    _waiting_since: float = 0.0
    _is_sending: bool = False
    _sending_since: float = 0.0
    _full_since: float | None = None
    _held_since: float = 0.0
    _snapshot_seq: int = -1
    _rest: asyncio.Task[None] | None = None

    def offer(self, message: Message, seq: int) -> None:
        """Send a message if the client can have it now; else note that it is behind."""
        if self.is_behind or self._is_sending or self._unacknowledged >= WINDOW:
            self._hold_back()
        else:
            self.seq = seq
            self._begin_to_send(message)

    def offer_sign_of_life(self, message: Message) -> None:
        """Send a heartbeat, unless something else is on its way, which is as good a sign.

        Also to a client that is held back: it may be one that acknowledges nothing else. Not before its first snapshot.
        """
        if not self._is_sending and (not self.is_behind or self._unacknowledged >= WINDOW):
            self._begin_to_send(message)

    def fall_behind(self) -> None:
        """Send a snapshot as soon as the client can take one, instead of anything else."""
        self.is_behind = True
        self._catch_up()

    def acknowledge(self, seq: int) -> None:
        """Note that the client has everything up to `seq`."""
        counted.acknowledgements += 1
        self._note_arrival(seq)
        self._has_arrived_but(self.seq - seq)
        if self.is_behind:
            self._catch_up()

    def start_over(self) -> None:
        """Send a snapshot to a client that asks for one, and so reads."""
        counted.snapshots_asked += 1
        self._has_arrived_but(0)
        self.fall_behind()

    def end(self) -> None:
        """Send nothing any more."""
        self._is_sending = True
        if self._rest is not None:
            self._rest.cancel()

    @property
    def is_stuck(self) -> bool:
        """The client has acknowledged nothing for too long, or has not taken what it was sent, whatever it says."""
        since = (
            self._waiting_since if self._unacknowledged else None,
            self._sending_since if self._is_sending else None,
            self._full_since,
        )
        return any(begun is not None and monotonic() - begun > pace.stuck_seconds() for begun in since)

    def _is_full(self) -> bool:
        """Note since when the server holds too much for this client to be given more."""
        if not daphne.is_full(self.send):
            self._full_since = None
        elif self._full_since is None:
            self._full_since = monotonic()
        return self._full_since is not None

    def _has_arrived_but(self, left: int) -> None:
        """Count on; a new epoch begins below what was sent, and a client may name what it was never sent."""
        left = max(left, 0)
        if left < self._unacknowledged:
            self._unacknowledged, self._waiting_since = left, monotonic()

    def _hold_back(self) -> None:
        """Note since when a change waits for the client."""
        counted.held_back += 1
        self._held_since = self._held_since or monotonic()
        self.fall_behind()

    def _note_arrival(self, seq: int) -> None:
        """Count how long a change took; a snapshot brings what was held back, or nothing that would be new."""
        if seq != self._snapshot_seq:
            counted.arrivals.acknowledge(seq)
            return
        if self._held_since:
            counted.arrivals.freshness.note(monotonic() - self._held_since)
        self._held_since, self._snapshot_seq = 0.0, -1

    def _catch_up(self) -> None:
        if self.is_behind and not self._is_sending and self._unacknowledged < WINDOW:
            message = self.render(self)
            if message is None:
                return
            self.is_behind, self._snapshot_seq = False, self.seq
            self._begin_to_send(message)

    def _begin_to_send(self, message: Message) -> None:
        """Hand a message to the socket; the caller never waits for it, nor learns that the socket is gone."""
        if self._is_full():
            self.is_behind = True
            return
        if not self._unacknowledged:
            self._waiting_since = monotonic()
        self._unacknowledged += 1
        counted.messages_sent += 1
        self._is_sending, self._sending_since = True, monotonic()
        try:
            rest = eager.begin(self.send(message))
        except Exception as error:  # each server raises its own; the socket's end follows
            log.debug("a socket is gone (%s)", error)
            return
        if rest is None:
            self._is_sending = False
            if self.is_behind:
                self._catch_up()
        else:
            self._rest = asyncio.create_task(self._go_on(rest))
            self._rest.add_done_callback(lambda _: rest.close())  # also if it was cancelled before it began

    async def _go_on(self, rest: eager.Rest) -> None:
        try:
            await rest
        except Exception as error:
            log.debug("a socket is gone (%s)", error)
            return
        self._rest, self._is_sending = None, False
        self._catch_up()
