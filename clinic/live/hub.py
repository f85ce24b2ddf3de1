"""The hub: one per process, it holds the latest numbers in memory and serves every socket from them.

Place: receives frames from the channel layer (one membership for all sockets) and hands text to
subscribers; on a gap, at its start, and while the relay is silent it reads the database itself, so that
numbers get slower, never wrong. A reconnect storm costs the database nothing but sessions.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from random import shuffle
from time import monotonic

from django.conf import settings
from django.db import Error as DatabaseError

from clinic.live import pace
from clinic.live.access import Audience
from clinic.live.census import Census, Onlookers
from clinic.live.counters import counted
from clinic.live.messages import (
    ACCESS_TOPIC,
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
    spread_among,
    to_socket,
)
from clinic.live.moments import LastChanges, Moment
from clinic.live.reading import Reader
from clinic.live.receiver import Receiver
from clinic.live.rights import RightsCheck, close
from clinic.live.subscriber import Subscriber
from clinic.live.supervision import OUTAGES, Outage, Supervisor, faults, layer_errors
from clinic.stats.catalogue import TOPICS
from clinic.stats.snapshot import Look

WATCH_SECONDS = 1.0
CLOSED_AT_ONCE, CLOSING_PAUSE_SECONDS = 20, 0.05
"""A process that ends closes so many sockets at a time: 1,500 of them in four seconds."""
FIRST_WORD_SECONDS = 2.0
"""A process that has no numbers yet does not wait for a relay's next sign of life."""


class Hub:
    """The sockets of this process and the numbers they show."""

    def __init__(self) -> None:
        self.mode = Mode.LIVE
        self._subscribers: defaultdict[Audience, set[Subscriber]] = defaultdict(set)
        self._epoch, self._seq = "", 0
        self._metrics: Metrics = {}
        self._order = (0, 0)
        self._at = datetime.min.replace(tzinfo=UTC)
        self._changed = LastChanges()
        self._encoded: dict[Audience, Message] = {}
        self._encoded_at: tuple[str, int, datetime, Mode, int] | None = None
        self._census = Census()
        self._receiver, self._reader = Receiver(self._census), Reader()
        self._heard_at = self._polled_at = self._shown_at = monotonic()
        self.rights_heard = 0
        """Counts the changes of rights that were heard of, so that `add` knows of those since an access was read."""
        self._silence = Outage("hub: the relay")
        self._listening = Supervisor("hub: hearing the relay", usual=(*OUTAGES, DatabaseError, layer_errors()))
        self._watching = Supervisor("hub: watching over relay and sockets")
        self._rechecking = Supervisor("hub: checking rights again", usual=(*OUTAGES, DatabaseError))
        self._rights = RightsCheck(self._rechecking)

    async def run(self) -> None:
        """Hear the relay, watch over it and over the sockets, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listening.run(self._listen))
            tasks.create_task(self._watching.run(self._watch))
            tasks.create_task(self._rechecking.run(self._rights.keep_checking))
            tasks.create_task(self._census.keep_telling(self._receiver.tell, lambda: self._sockets))

    def add(self, subscriber: Subscriber, rights_heard: int) -> None:
        """Serve a socket from now on, beginning with a snapshot.

        `rights_heard` is what the hub's own was before the socket's access was read: of a change that was heard
        between the two, the socket was not yet there to be checked.
        """
        counted.sockets_opened += 1
        self._subscribers[subscriber.access.audience].add(subscriber)
        if rights_heard != self.rights_heard:
            self._rights.ask({subscriber})
        subscriber.fall_behind()

    def has_room(self, session_key: str) -> bool:
        """Tell whether one more socket may be opened, here and by this session."""
        of_session = sum(each.access.session_key == session_key for each in self._everybody())
        return self._sockets < settings.LIVE_SOCKETS and of_session < settings.LIVE_SOCKETS_PER_SESSION

    async def close_all(self, reason: Close) -> None:
        """Close all sockets in an order by chance, some every moment, so that not all pages dial at the same one."""
        sockets = self._everybody()
        shuffle(sockets)
        for n, subscriber in enumerate(sockets, start=1):
            await close(subscriber, reason)
            if n % CLOSED_AT_ONCE == 0:
                await asyncio.sleep(CLOSING_PAUSE_SECONDS)

    def remove(self, subscriber: Subscriber) -> None:
        """Forget a socket."""
        self._subscribers[subscriber.access.audience].discard(subscriber)
        self._rights.forget(subscriber)

    def onlookers(self) -> Onlookers:
        """Tell how many sockets are open in all processes, and how far they are behind."""
        return self._census.onlookers(self._sockets)

    def state(self) -> dict[str, object]:
        """Tell how the numbers come, how many sockets are open, and what fails."""
        failing = faults((self._listening, self._watching, self._rechecking))
        return {
            "mode": self._condition(is_failing=bool(failing)),
            "epoch": self._epoch,
            "term": self._receiver.term,
            "silent_seconds": round(monotonic() - self._heard_at, 1),
            "sockets": self._sockets,
            "refused": dict(self._receiver.refused),
            "failing": failing,
        }

    def _condition(self, *, is_failing: bool) -> str:
        """Say `live` only when it is: all three tasks well, and fresh numbers from the relay."""
        if not self._epoch:
            return "starting"
        if self.is_silent:
            return "silent"
        return "failing" if is_failing and self.mode is Mode.LIVE else self.mode.value

    @property
    def is_silent(self) -> bool:
        """There are no numbers, or browsers have not been told any for so long that they take this hub for dead."""
        return not self._epoch or monotonic() - self._shown_at > pace.browser_silence_seconds()

    def moment(self) -> Moment | None:
        """Tell what time it surely is at the database; None before its first word."""
        return self._changed.now(self._told_epoch)

    @property
    def _sockets(self) -> int:
        return sum(len(subscribers) for subscribers in self._subscribers.values())

    @property
    def _told_epoch(self) -> str:
        return f"{self._epoch}.{self._changed.times_set_back}"

    def _everybody(self) -> list[Subscriber]:
        return [each for subscribers in self._subscribers.values() for each in subscribers]

    def render(self, subscriber: Subscriber) -> Message | None:
        """Encode all that a subscriber may see, and bring its sequence up to now; nothing while numbers are old."""
        if self.is_silent:
            return None
        subscriber.seq = self._seq
        return self.snapshot_for(subscriber.access.audience)

    def snapshot_for(self, audience: Audience) -> Message:
        """Encode all that an audience may see, once for all who come while nothing changes."""
        now = (self._told_epoch, self._seq, self._at, self.mode, spread_among(self._sockets))
        if self._encoded_at != now:
            self._encoded, self._encoded_at = {}, now
        if (encoded := self._encoded.get(audience)) is None:
            metrics = {key: value for key, value in self._metrics.items() if key in audience.keys}
            changed = {topic: ms for topic, ms in self._changed.items() if topic in audience.topics}
            encoded = self._encoded[audience] = to_socket(encode_snapshot(*now, metrics, changed))
        return encoded

    async def _listen(self) -> None:
        self._receiver.start_over()
        while True:
            await self._hear(await self._receiver.receive())
            self._listening.note_success()

    async def _hear(self, frame: Frame) -> None:
        self._note_rights(frame.topics)
        self._census.is_dated = frame.is_dated
        is_next = frame.epoch == self._epoch and frame.seq == self._seq + (frame.kind is Kind.FRAME)
        if frame.kind is not Kind.HEARTBEAT:  # which is stamped by the relay
            self._changed.hear(frame.at)
        if frame.kind is Kind.SNAPSHOT:
            self._order = frame.order
            self._replace(frame.epoch, frame.seq, frame.metrics, frame.at, changed_at=frame.at)
        elif self.mode is Mode.POLLING or self.is_silent or not is_next:
            if not await self._resync(frame):
                return
        elif frame.kind is Kind.HEARTBEAT:
            self._beat(frame.at)
        else:
            self._apply(frame)
        self._heard_at = monotonic()  # not before, or nobody would read in the place of a relay that is not understood

    def _apply(self, frame: Frame) -> None:
        self._shown_at = monotonic()
        previous, self._seq = self._seq, frame.seq
        if frame.order >= self._order:  # else the numbers in memory are of a later reading than the frame's
            self._metrics |= frame.metrics
            self._at = frame.at
        self._changed.note(frame.topics, frame.at)
        counted.arrivals.note_frame(frame.seq, frame.age)
        told = replace(frame, epoch=self._told_epoch)
        for audience, subscribers in tuple(self._subscribers.items()):
            if not subscribers:
                continue
            message = to_socket(encode_frame(told, previous, audience.keys, audience.topics))
            for subscriber in tuple(subscribers):
                subscriber.offer(message, frame.seq)

    def _beat(self, at: datetime) -> None:
        self._shown_at = monotonic()
        spread = spread_among(self._sockets)
        counted.arrivals.note_heartbeat(self._seq)
        message = to_socket(encode_heartbeat(self._told_epoch, self._seq, at, self.mode, spread))
        for subscriber in self._everybody():
            subscriber.offer_sign_of_life(message)

    def _replace(
        self, epoch: str, seq: int, metrics: Metrics, at: datetime, *, changed_at: datetime, mode: Mode = Mode.LIVE
    ) -> None:
        """Begin again from a full set of numbers; every socket gets a snapshot, and any table may have changed."""
        self._shown_at = monotonic()
        self._epoch, self._seq, self._metrics, self._at, self.mode = epoch, seq, dict(metrics), at, mode
        self._changed.note(TOPICS, changed_at)
        counted.arrivals.start_over()
        if mode is Mode.LIVE:
            self._silence.end()
        for subscriber in self._everybody():
            subscriber.fall_behind()

    async def _resync(self, frame: Frame) -> bool:
        """Read the database, because frames were missed before this one; tells whether it answered.

        What the relay does not keep up, being of another version, is left out: it would stand still.
        """
        look = await self._look()
        if look is None:
            return False
        self._order = look.order
        kept_up = {key: value for key, value in look.metrics.items() if key in frame.keys}
        self._replace(frame.epoch, frame.seq, pack_metrics(kept_up), look.begun_at, changed_at=look.at)
        return True

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for subscriber in self._everybody():
                if subscriber.access.expires_at <= datetime.now(UTC):
                    await close(subscriber, Close.SIGNED_OUT)
                elif subscriber.is_stuck:
                    await close(subscriber, Close.TOO_SLOW)
            if self.mode is Mode.POLLING:
                counted.polling_seconds += WATCH_SECONDS
            now = monotonic()
            silence = pace.hub_silence_seconds() if self._epoch else FIRST_WORD_SECONDS
            if now - self._heard_at > silence and now - self._polled_at >= pace.HEARTBEAT_SECONDS:
                self._polled_at = now
                await self._poll()
            self._watching.note_success()

    async def _poll(self) -> None:
        """Read the database in the silent relay's place; browsers are told that numbers are slower."""
        look = await self._look()
        if look is None:
            return  # no sign of life either, so browsers say how old their numbers are
        metrics = pack_metrics(look.metrics)
        if self.mode is Mode.LIVE or self.is_silent or look.topics or metrics != self._metrics:
            self._silence.begin(f"no word; reading the database each {pace.HEARTBEAT_SECONDS:g} s instead")
            self._replace("polling", self._seq + 1, metrics, look.begun_at, changed_at=look.at, mode=Mode.POLLING)
        else:
            self._beat(look.begun_at)

    async def _look(self) -> Look | None:
        look = await self._reader.look()
        if look is None:
            return None
        with suppress(OSError, layer_errors()):  # the listening tells of these
            await self._receiver.follow(self._reader.database)
        self._changed.hear(look.at)
        self._note_rights(look.topics)
        return look

    def _note_rights(self, topics: frozenset[str]) -> None:
        if ACCESS_TOPIC in topics:
            self.rights_heard += 1
            self._rights.ask(self._everybody())
