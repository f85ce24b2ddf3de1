"""The receiver: a hub's ear on the channel layer, which hears the relay that leads this database and nobody else.

Place: gives the hub frames in order; joins the group of the database's relay. Installations that share a Redis share
its channels, and a relay that was stopped for a while may go on where another leads: such frames are left out.
Raises what the channel layer's client raises, and `django.db.Error` while it cannot learn which database this is.
"""

from __future__ import annotations

import logging
from collections import Counter
from functools import cache
from time import monotonic
from typing import Any

from channels.layers import get_channel_layer

from clinic.database import identity
from clinic.live import pace
from clinic.live.census import TYPE, Census
from clinic.live.counters import counted
from clinic.live.messages import Frame, UnreadableFrameError, group_of
from clinic.live.reading import on_thread

log = logging.getLogger(__name__)

OF_ANOTHER_DATABASE, OF_A_FORMER_LEADER = "of another database", "of a relay that no longer leads"
REJOIN_SECONDS = 600.0
"""The memory layer forgets a group's members after a day; joining again costs nothing."""


class Receiver:
    """What one hub hears, and the `term` of whom it hears. `refused` counts the frames that were left out, by why."""

    def __init__(self, census: Census) -> None:
        self.refused: Counter[str] = Counter()
        self._census = census
        self.term = 0
        self._database = ""
        self._channel = ""
        self._joined_at = self._heard_at = -REJOIN_SECONDS

    def start_over(self) -> None:
        """Join again before the next frame: whatever ended the listening may have ended the membership."""
        self._joined_at = -REJOIN_SECONDS

    async def receive(self) -> Frame:
        """Wait for the next frame that counts."""
        while True:
            if monotonic() - self._joined_at >= REJOIN_SECONDS:
                await self._join(self._database or await on_thread(identity.read))
            message = await get_channel_layer().receive(self._channel)
            if message["type"] == TYPE:
                self._census.hear(message)
                continue
            try:
                frame = Frame.from_layer(message)
            except UnreadableFrameError as error:
                counted.frames_unreadable += 1
                _name_unreadable(str(error))
                continue
            if why := self._reason_to_refuse(frame):
                self._refuse(why)
                continue
            self.term, self._heard_at = frame.term, monotonic()
            counted.frames_heard += 1
            return frame

    async def tell(self, message: dict[str, Any]) -> None:
        """Tell the hubs of this database something, this one too; nobody before it has joined them."""
        if self._database:
            await get_channel_layer().group_send(group_of(self._database), message)

    async def follow(self, database: str) -> None:
        """Hear the relay of another database from now on, if the application's address leads there now."""
        if self._database in ("", database):
            return
        log.warning("this is database %s now, and not %s as before", database, self._database)
        before, self.term = self._database, 0
        await self._join(database)
        await get_channel_layer().group_discard(group_of(before), self._channel)

    async def _join(self, database: str) -> None:
        layer = get_channel_layer()
        self._channel = self._channel or await layer.new_channel("hub")
        await layer.group_add(group_of(database), self._channel)
        self._database, self._joined_at = database, monotonic()

    def _reason_to_refuse(self, frame: Frame) -> str:
        """Say why a frame does not count.

        Where terms begin again lower, as on a standby that was promoted too early to know the last, the relay of the
        greatest is silent: after a while it is not waited for any more.
        """
        if frame.database != self._database:
            return OF_ANOTHER_DATABASE
        is_led = monotonic() - self._heard_at <= pace.hub_silence_seconds()
        return OF_A_FORMER_LEADER if frame.term < self.term and is_led else ""

    def _refuse(self, why: str) -> None:
        if not self.refused[why]:
            log.warning("a frame %s is left out; from now on these are only counted", why)
        self.refused[why] += 1


@cache
def _name_unreadable(why: str) -> None:
    log.warning("the relay is of another version; its frames are left out where they cannot be read (%s)", why)
