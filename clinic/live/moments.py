"""What time it surely is at the database, and which tables changed when: how a page knows what it has already seen.

Place: the hub keeps both from what it hears; browsers and `answers` compare them. Moments are whole milliseconds of
the database's clock within an epoch; those of different epochs are not compared.

What was read after a change became visible shows it. So a change's moment is rounded up and taken after it was seen,
a reading's is rounded down and taken before it began: who errs, errs towards reading once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple

DRIFT = 0.001
"""A clock may run this much faster than another."""

SET_BACK_SECONDS = 2.0
"""What the database says is never this much younger than what it said before, unless its clock was set back."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Moment(NamedTuple):
    """A moment at which, or after which, something was read."""

    epoch: str
    ms: int


def rounded_down(at: datetime) -> int:
    """Count the milliseconds that had passed."""
    return (at - _BEGINNING) // _MILLISECOND


def rounded_up(at: datetime) -> int:
    """Count the milliseconds by which it had surely passed."""
    return -((_BEGINNING - at) // _MILLISECOND)


class DatabaseClock:
    """The least that the database's clock shows by now, from its last words and the time that passed here."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._at: datetime | None = None
        self._heard = 0.0

    def now(self) -> datetime | None:
        """Return a moment that has passed at the database; None before its first word."""
        if self._at is None:
            return None
        return self._at + timedelta(seconds=(self._clock() - self._heard) * (1 - DRIFT))

    def hear(self, at: datetime) -> bool:
        """Take a moment that the database named; False when its clock must have been set back meanwhile."""
        known = self.now()
        was_set_back = known is not None and at < known - timedelta(seconds=SET_BACK_SECONDS)
        if known is None or at > known or was_set_back:
            self._at, self._heard = at, self._clock()
        return not was_set_back


class LastChanges(dict[str, int]):
    """Topic → the moment by which its latest change was visible, by a clock that may be set back.

    `times_set_back` belongs to the epoch: no moment from before can be compared any more.
    """

    def __init__(self, clock: DatabaseClock | None = None) -> None:
        super().__init__()
        self.times_set_back = 0
        self._clock = clock or DatabaseClock()

    def hear(self, at: datetime) -> None:
        """Take a moment that the database named."""
        if not self._clock.hear(at):
            self.times_set_back += 1
            self.note(tuple(self), at)

    def note(self, topics: Iterable[str], at: datetime) -> None:
        """Note that tables changed, or may have."""
        self.update(dict.fromkeys(topics, rounded_up(at)))

    def now(self, epoch: str) -> Moment | None:
        """Tell what time it surely is at the database; None before its first word."""
        now = self._clock.now()
        return Moment(epoch, rounded_down(now)) if now else None
