"""What has become of a booking by now."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

PAST = {"completed": 82, "no_show": 6, "cancelled": 9, "declined": 3}
EARLIER_TODAY = {"completed": 90, "no_show": 6, "cancelled": 4}
NOW = {"in_consultation": 90, "confirmed": 10}
LATER_TODAY = {"confirmed": 80, "pending": 16, "cancelled": 4}
AHEAD = {"confirmed": 76, "pending": 18, "cancelled": 4, "declined": 2}


def outcome(random: Random, day: date, start: time | None, minutes: int, now: datetime) -> str:
    """Return a likely status; how many random numbers are drawn does not depend on `now`."""
    luck = random.random()
    return _pick(_likely(day, start or time(12), minutes, now), luck)


def _likely(day: date, start: time, minutes: int, now: datetime) -> dict[str, int]:
    if day != now.date():
        return PAST if day < now.date() else AHEAD
    begins = datetime.combine(day, start)
    if now < begins:
        return LATER_TODAY
    return NOW if now < begins + timedelta(minutes=minutes) else EARLIER_TODAY


def _pick(shares: dict[str, int], luck: float) -> str:
    """Return the word into whose share the lucky number between 0 and 1 falls."""
    mark = luck * sum(shares.values())
    for word, share in shares.items():
        mark -= share
        if mark < 0:
            return word
    return word
