"""The check-up: finds and mends what no trigger can see, beside the relay and on a connection of its own.

Place: the leading relay keeps it running and tells it what the triggers' state looks like; it calls
`stats.make_check_up()` at the start, each night, and when somebody disabled or enabled triggers; what it
mends reaches browsers as any change does. On failure it tries again, each minute in the end. It forgets old deletions
on the way.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from clinic.live import database
from clinic.live.supervision import Supervisor

log = logging.getLogger(__name__)

NIGHT_HOUR = 2
"""The hour of the clinic's night at which a check-up begins."""

LONGEST_PAUSE_SECONDS = 60.0
"""Between tries to make one that fails."""

NAP_SECONDS = 30.0
"""Between looks at the wall clock, which may be set and goes on while this machine sleeps."""
LONGEST_SECONDS = 3600.0


class CheckUps:
    """The check-ups of one leading relay."""

    def __init__(self) -> None:
        self._is_due = asyncio.Event()
        self._marks: str | None = None
        self.supervisor = Supervisor("check-up", longest_pause=LONGEST_PAUSE_SECONDS)

    def notice(self, trigger_marks: str) -> None:
        """Take what the triggers' state looks like now; a change makes a check-up due at once."""
        if self._marks not in (None, trigger_marks):
            log.warning("somebody disabled or enabled triggers; checking all numbers")
            self._is_due.set()
        self._marks = trigger_marks

    async def keep_making(self) -> None:
        """Make a check-up now, each night and when one is due, until cancelled."""
        await self.supervisor.run(self._make_each_night)

    async def _make_each_night(self) -> None:
        while True:
            self._is_due.clear()
            await make()
            self.supervisor.note_success()
            await self._wait_until(next_night(datetime.now(UTC)))

    async def _wait_until(self, due: datetime) -> None:
        while not self._is_due.is_set() and (left := (due - datetime.now(UTC)).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, NAP_SECONDS)):
                    await self._is_due.wait()


async def make() -> list[str]:
    """Compare counters and ledgers with the rows and mend what is off; returns the names of what was."""
    async with database.connect() as db:
        if off := await db.enable_triggers():
            log.error("disabled triggers count nothing until they are enabled again: %s", ", ".join(off))
        await db.forget_deletions()
        found = await db.make_check_up(LONGEST_SECONDS)
    report(found)
    return found


def report(found: list[str]) -> None:
    """Say in the log what a check-up found, and what it had to leave to a person."""
    left = [name for name in found if "cannot be mended" in name]
    mended = len(found) - 2 * len(left)
    if mended:
        log.error("the check-up found %d numbers off and mended them: %s", mended, ", ".join(found[:20]))
    for name in left:
        log.error("the check-up leaves this to a person: %s", name)
    if not found:
        log.info("the check-up found all numbers exact")


def next_night(now: datetime) -> datetime:
    """Return the moment of the next check-up of the clinic's night, in UTC."""
    zone = ZoneInfo(settings.CLINIC_TIME_ZONE)
    here = now.astimezone(zone)
    nights = (
        datetime.combine(here.date() + timedelta(days=days), datetime.min.time(), zone).replace(hour=NIGHT_HOUR)
        for days in (0, 1)
    )
    # Compared in UTC: Python subtracts and compares the wall clocks of two moments in one zone.
    return next(night.astimezone(UTC) for night in nights if night.astimezone(UTC) > now)
