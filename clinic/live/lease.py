"""The lease: a leader shows every second or so that it is alive, and a standby ends the session of one that does not.

Place: the relay renews and stands by with it, over its connection (`database`). Otherwise a relay that was stopped, or
whose host is gone, would keep the lock for as long as its connection looks alive, which may be a quarter of an hour.

A sign of life is a query: PostgreSQL tells when a session last began or ended one. Signs are compared with each other
and time is taken here, so that no clock has to agree with another.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

from clinic.live.database import FOLD_SECONDS, Database, Leader
from clinic.live.elapsed import Stopwatch

log = logging.getLogger(__name__)

RENEW_SECONDS = 1.0
"""A leader that asks the database nothing else asks it for a sign of life this often."""
OVERDUE_SECONDS = 3.0
"""Without a sign for so long a leader is ended, and by itself takes its numbers for old until it has asked again."""
TIMES_SEEN = 4
"""The same sign must have been seen so often: where this machine itself stood still, time alone would tell nothing."""
STANDBY_SECONDS = 0.8
"""Between two tries to lead."""


class Lookout:
    """Watches the leader from a standby."""

    def __init__(self) -> None:
        self._seen: Leader | None = None
        self._times = 0
        self._since = Stopwatch()

    def is_overdue(self, leader: Leader | None) -> bool:
        """Take what the database says of the leader now; tells whether it has given no sign for too long."""
        if leader != self._seen:
            self._seen, self._times, self._since = leader, 0, Stopwatch()
        self._times += 1
        if leader is None or leader.sign is None or self._times < TIMES_SEEN:
            return False
        return self._since.seconds() > (FOLD_SECONDS if leader.state == "active" else OVERDUE_SECONDS)


async def take(db: Database, note_success: Callable[[], None]) -> None:
    """Wait until this session leads; says with each try that waiting goes well."""
    lookout = Lookout()
    while not await db.try_to_lead():
        note_success()
        leader = await db.leader()
        if leader is None:
            continue
        if lookout.is_overdue(leader):
            log.warning("the leading relay has given no sign of life for %g s; its session is ended", OVERDUE_SECONDS)
            await db.end(leader)
        await asyncio.sleep(STANDBY_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311


async def rung(db: Database, seconds: float) -> bool:
    """Wait for the bell, at most so many seconds, and give signs of life meanwhile; tells whether it rang."""
    waiting = Stopwatch()
    while not await db.rung(min(RENEW_SECONDS, max(0.0, seconds - waiting.seconds()))):
        if waiting.seconds() >= seconds:
            return False
        await renew_if_due(db)
    return True


async def renew_if_due(db: Database, after: float = RENEW_SECONDS) -> None:
    """Give a sign of life unless one was given a moment ago. Raises what the connection raises once it was ended."""
    if db.answered.seconds() >= after:
        await db.renew()
