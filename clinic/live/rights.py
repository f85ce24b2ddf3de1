"""Rights that may have changed: sockets are checked again, until they could be, and closed where it is so.

Place: the hub has it check after each change of sessions, users or rights; it reads by `access`, on a thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from clinic.live import access
from clinic.live.access import Access
from clinic.live.messages import Close
from clinic.live.reading import on_thread
from clinic.live.subscriber import Subscriber
from clinic.live.supervision import Supervisor

log = logging.getLogger(__name__)


class RightsCheck:
    """The sockets of a hub that are still to be checked."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._unchecked: set[Subscriber] = set()
        self._has_unchecked = asyncio.Event()

    def ask(self, subscribers: Iterable[Subscriber]) -> None:
        """Have these checked soon."""
        self._unchecked.update(subscribers)
        self._has_unchecked.set()

    def forget(self, subscriber: Subscriber) -> None:
        """Leave out a socket that is gone."""
        self._unchecked.discard(subscriber)

    async def keep_checking(self) -> None:
        """Close the sockets whose session ended or whose rights are not what they were, until cancelled."""
        while True:
            await self._has_unchecked.wait()
            self._has_unchecked.clear()
            asked, self._unchecked = self._unchecked, set()  # before the reading: what changes meanwhile puts them back
            try:
                found = await on_thread(access.of_sessions, [each.access.session_key for each in asked])
            except Exception:
                self.ask(asked)
                raise
            for subscriber in asked:
                current = found.get(subscriber.access.session_key)
                if (reason := _reason_to_close(subscriber.access, current)) is not None:
                    await close(subscriber, reason)
            self._supervisor.note_success()


async def close(subscriber: Subscriber, reason: Close) -> None:
    """Close one socket; that it cannot be closed is no reason to leave the others open."""
    try:
        await subscriber.close(reason)
    except Exception:
        log.exception("a socket could not be closed")


def _reason_to_close(before: Access, now: Access | None) -> Close | None:
    if now is None:
        return Close.SIGNED_OUT
    return Close.NOT_ALLOWED if now.audience != before.audience else None
