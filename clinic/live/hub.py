"""The hub: one per process, it holds the latest numbers in memory and serves every socket from them.

Place: receives frames from the channel layer (one membership for all sockets) and hands text to
subscribers; on a gap, at its start, and while the relay is silent it reads the database itself, so that
numbers get slower, never wrong. A reconnect storm costs the database nothing but sessions.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import Error as DatabaseError
from django.db import close_old_connections

from clinic.live import access, pace
from clinic.live.access import Access, Audience
from clinic.live.messages import (
    ACCESS_TOPIC,
    GROUP,
    Close,
    Frame,
    Kind,
    Message,
    Metrics,
    Mode,
    encode_frame,
    encode_heartbeat,
    encode_snapshot,
    pack_metrics,
    to_socket,
)
from clinic.live.subscriber import Subscriber
from clinic.stats import snapshot
from clinic.stats.catalogue import TOPICS

log = logging.getLogger(__name__)
Result = TypeVar("Result")

WATCH_SECONDS = 1.0
REJOIN_SECONDS = 600.0
"""The memory layer forgets a group's members after a day; joining again costs nothing."""


class Hub:
    """The sockets of this process and the numbers they show."""

    def __init__(self) -> None:
        self.mode = Mode.LIVE
        self._subscribers: defaultdict[Audience, set[Subscriber]] = defaultdict(set)
        self._epoch, self._seq = "", 0
        self._metrics: Metrics = {}
        self._at = self._read_from = datetime.min.replace(tzinfo=UTC)
        self._encoded: dict[tuple[Audience, frozenset[str]], Message] = {}
        self._encoded_at: tuple[str, int, datetime, Mode] | None = None
        self._seen = snapshot.NOTHING_SEEN
        self._heard_at = self._polled_at = monotonic()
        self.rights_heard = 0
        """Counts the changes of rights that were heard of, so that `add` knows of those since an access was read."""
        self._unchecked: set[Subscriber] = set()
        self._has_unchecked = asyncio.Event()

    async def run(self) -> None:
        """Hear the relay, watch over it and over the sockets, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._watch())
            tasks.create_task(self._recheck_rights())

    def add(self, subscriber: Subscriber, rights_heard: int) -> None:
        """Serve a socket from now on, beginning with a snapshot.

        `rights_heard` is what the hub's own was before the socket's access was read: of a change that was heard
        between the two, the socket was not yet there to be checked.
        """
        self._subscribers[subscriber.access.audience].add(subscriber)
        if rights_heard != self.rights_heard:
            self._check_again({subscriber})
        if self._metrics:
            subscriber.fall_behind()

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a socket."""
        self._subscribers[subscriber.access.audience].discard(subscriber)
        self._unchecked.discard(subscriber)

    def state(self) -> dict[str, str | int | float]:
        """Tell how the numbers come and how many sockets are open."""
        silence = round(monotonic() - self._heard_at, 1)
        return {"mode": self.mode.value, "silent_seconds": silence, "sockets": len(self._everybody())}

    def _everybody(self) -> list[Subscriber]:
        return [each for subscribers in self._subscribers.values() for each in subscribers]

    def render(self, subscriber: Subscriber) -> Message:
        """Encode all that a subscriber may see, and bring its sequence up to now."""
        subscriber.seq = self._seq
        return self._encoded_snapshot(subscriber.access.audience, frozenset(subscriber.missed_topics))

    def _encoded_snapshot(self, audience: Audience, topics: frozenset[str]) -> Message:
        """Encode it once for all who come while the numbers stay the same."""
        now = (self._epoch, self._seq, self._at, self.mode)
        if self._encoded_at != now:
            self._encoded, self._encoded_at = {}, now
        if (encoded := self._encoded.get((audience, topics))) is None:
            encoded = to_socket(encode_snapshot(*now, self._metrics, audience.keys, topics))
            self._encoded[audience, topics] = encoded
        return encoded

    async def _listen(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel("hub")
        joined_at = -REJOIN_SECONDS
        while True:
            try:
                if monotonic() - joined_at >= REJOIN_SECONDS:
                    await layer.group_add(GROUP, channel)
                    joined_at = monotonic()
                message = await layer.receive(channel)
            except (ConnectionError, OSError, TimeoutError, layer_errors()) as error:
                log.warning("the channel layer does not answer (%s)", error)
                await asyncio.sleep(WATCH_SECONDS)
                continue
            await self._hear(Frame.from_layer(message))

    async def _hear(self, frame: Frame) -> None:
        self._heard_at = monotonic()
        self._note_rights(frame.topics)
        is_next = frame.epoch == self._epoch and frame.seq == self._seq + (frame.kind is Kind.FRAME)
        if frame.kind is Kind.SNAPSHOT:
            self._replace(frame.epoch, frame.seq, frame.metrics, frame.at)
        elif self.mode is Mode.POLLING or not is_next:
            await self._resync(frame)
        elif frame.kind is Kind.HEARTBEAT:
            self._beat(frame.at)
        else:
            self._apply(frame)

    def _apply(self, frame: Frame) -> None:
        previous, self._seq = self._seq, frame.seq
        if frame.at > self._read_from:  # else the numbers in memory were read later than the frame's
            self._metrics |= frame.metrics
            self._at = frame.at
        for audience, subscribers in tuple(self._subscribers.items()):
            if not subscribers:
                continue
            message = to_socket(encode_frame(frame, previous, audience.keys, audience.topics))
            for subscriber in tuple(subscribers):
                subscriber.offer(message, frame.seq, frame.topics)

    def _beat(self, at: datetime) -> None:
        message = to_socket(encode_heartbeat(self._epoch, self._seq, at, self.mode))
        for subscriber in self._everybody():
            subscriber.offer_sign_of_life(message)

    def _replace(self, epoch: str, seq: int, metrics: Metrics, at: datetime, mode: Mode = Mode.LIVE) -> None:
        """Start anew from a full set of numbers; every socket gets a snapshot."""
        self._epoch, self._seq, self._metrics, self._at, self.mode = epoch, seq, dict(metrics), at, mode
        for subscriber in self._everybody():
            subscriber.fall_behind(TOPICS)

    async def _resync(self, frame: Frame) -> None:
        """Read the database, because frames were missed before this one."""
        look = await self._look()
        if look is not None:
            self._read_from = look.begun_at
            self._replace(frame.epoch, frame.seq, pack_metrics(look.metrics), look.begun_at)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for subscriber in self._everybody():
                if subscriber.access.expires_at <= datetime.now(UTC):
                    await subscriber.close(Close.SIGNED_OUT)
                elif subscriber.is_stuck:
                    await subscriber.close(Close.TOO_SLOW)
            now = monotonic()
            if now - self._heard_at > pace.hub_silence_seconds() and now - self._polled_at >= pace.HEARTBEAT_SECONDS:
                self._polled_at = now
                await self._poll()

    async def _poll(self) -> None:
        """Read the database in the silent relay's place; browsers are told that numbers are slower."""
        look = await self._look()
        if look is None:
            return  # no sign of life either, so browsers say how old their numbers are
        metrics = pack_metrics(look.metrics)
        if self.mode is Mode.LIVE or look.topics or metrics != self._metrics:
            log.warning("no word from the relay; reading the database each %g s", pace.HEARTBEAT_SECONDS)
            self._replace("polling", self._seq + 1, metrics, look.begun_at, Mode.POLLING)
        else:
            self._beat(look.begun_at)

    async def _look(self) -> snapshot.Look | None:
        try:
            look = await on_thread(snapshot.look, self._seen)
        except DatabaseError as error:
            log.warning("the database does not answer (%s)", str(error).strip())
            return None
        self._seen = look.snapshot
        self._note_rights(look.topics)
        return look

    def _note_rights(self, topics: frozenset[str]) -> None:
        if ACCESS_TOPIC in topics:
            self.rights_heard += 1
            self._check_again(self._everybody())

    def _check_again(self, subscribers: Iterable[Subscriber]) -> None:
        self._unchecked.update(subscribers)
        self._has_unchecked.set()

    async def _recheck_rights(self) -> None:
        """Close the sockets whose session ended or whose rights are not what they were."""
        while True:
            await self._has_unchecked.wait()
            self._has_unchecked.clear()
            asked, self._unchecked = self._unchecked, set()  # before the reading: what changes meanwhile puts them back
            try:
                found = await on_thread(access.of_sessions, [each.access.session_key for each in asked])
            except DatabaseError as error:
                log.warning("rights could not be checked again (%s); trying once more", str(error).strip())
                self._check_again(asked.intersection(self._everybody()))
                await asyncio.sleep(WATCH_SECONDS)
                continue
            for subscriber in asked:
                current = found.get(subscriber.access.session_key)
                if (reason := _reason_to_close(subscriber.access, current)) is not None:
                    await subscriber.close(reason)


def _reason_to_close(before: Access, now: Access | None) -> Close | None:
    if now is None:
        return Close.SIGNED_OUT
    return Close.NOT_ALLOWED if now.audience != before.audience else None


async def on_thread(function: Callable[..., Result], *args: Any) -> Result:
    """Run database code on a thread, on a connection that is closed when it should be."""

    def call() -> Result:
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    return await sync_to_async(call, thread_sensitive=False)()


def layer_errors() -> type[Exception]:
    """Give the error that the Redis client raises, which is none of Python's own."""
    from redis.exceptions import RedisError

    return RedisError
