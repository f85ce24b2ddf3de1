"""The check-up: finds and mends what no trigger can see, beside the relay and on a connection of its own.

Place: the leading relay keeps it running; it calls `stats.make_check_up()` at the start, each night and when the
counters turn out to be another server's; what it mends reaches browsers as any change does.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings

from clinic.live import database

log = logging.getLogger(__name__)

NIGHT_HOUR = 2
"""The hour of the clinic's night at which a check-up begins."""

RETRY_SECONDS = 60.0
LONGEST_SECONDS = 3600.0


async def keep_making() -> None:
    """Make a check-up now and each night, until cancelled; a failed one is tried again in a minute."""
    while True:
        try:
            await make()
            pause = seconds_to_night(datetime.now(UTC))
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("the check-up failed (%s); trying again in %d s", str(error).strip(), RETRY_SECONDS)
            pause = RETRY_SECONDS
        await asyncio.sleep(pause)


async def make() -> list[str]:
    """Compare counters and ledgers with the rows and mend what is off; gives the names of what was."""
    async with database.connect() as db:
        found = await db.make_check_up(LONGEST_SECONDS)
    if found:
        log.error("the check-up found %d numbers off and mended them: %s", len(found), ", ".join(found[:20]))
    else:
        log.info("the check-up found all numbers exact")
    return found


def seconds_to_night(now: datetime) -> float:
    """Count the seconds to the next check-up of the clinic's night."""
    zone = ZoneInfo(settings.CLINIC_TIME_ZONE)
    here = now.astimezone(zone)
    day = here.date() + timedelta(days=here.hour >= NIGHT_HOUR)
    night = datetime.combine(day, datetime.min.time(), zone) + timedelta(hours=NIGHT_HOUR)
    return (night.astimezone(UTC) - now).total_seconds()
