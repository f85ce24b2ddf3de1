"""What the pipe counts of itself since the process began: plain numbers, for those who export them.

Place: every module of this package adds to `counted`; `clinic.operations.metrics` reads it. An addition is all that a
hot path pays, and nothing here knows of a monitoring system, so that this package can be lifted without one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from time import monotonic

BOUNDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds, in seconds, of what durations are sorted into; relays look each twentieth of a second."""
MOST_REMEMBERED = 256
"""Frames whose acknowledgement is waited for: older ones are of clients that were held back long ago."""


class Durations:
    """How often something took how long: `counts` holds one number for each of `BOUNDS`, and one for all beyond."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def note(self, seconds: float) -> None:
        """Count one more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Arrivals:
    """How long a change takes until browsers have it, and a heartbeat until they have answered it.

    A change begins when it was committed: its frame says how old it was when published (`Frame.age`), and all else is
    time of this process's clock. An acknowledgement is of the latest message that bore its number; a browser so slow
    that a heartbeat overtakes its acknowledgement of a frame is counted with the heartbeats.
    """

    def __init__(self) -> None:
        self.freshness, self.round_trips = Durations(), Durations()
        self._begun: dict[int, float] = {}
        self._beat, self._beat_at = -1, 0.0

    def start_over(self) -> None:
        """Forget what was heard: numbers begin again."""
        self._begun.clear()
        self._beat = -1

    def note_frame(self, seq: int, age: float) -> None:
        """Take it that a frame is about to be sent to the sockets."""
        self._begun[seq] = monotonic() - age
        if len(self._begun) > MOST_REMEMBERED:
            del self._begun[next(iter(self._begun))]

    def note_heartbeat(self, seq: int) -> None:
        """Take it that a heartbeat is about to be sent to the sockets."""
        self._beat, self._beat_at = seq, monotonic()

    def acknowledge(self, seq: int) -> None:
        """Take it that a browser has what bore this number."""
        if seq == self._beat:
            self.round_trips.note(monotonic() - self._beat_at)
        elif (begun := self._begun.get(seq)) is not None:
            self.freshness.note(monotonic() - begun)


@dataclass(slots=True)
class Counters:
    """What happened in this process so far. `closed` is by code, `outages` and `outage_seconds` by what failed."""

    rings: int = 0
    frames_published: int = 0
    frames_unpublished: int = 0
    frames_heard: int = 0
    frames_unreadable: int = 0
    sockets_opened: int = 0
    messages_sent: int = 0
    held_back: int = 0
    acknowledgements: int = 0
    snapshots_asked: int = 0
    asked_by_http: int = 0
    polling_seconds: float = 0.0
    closed: Counter[int] = field(default_factory=Counter)
    outages: Counter[str] = field(default_factory=Counter)
    outage_seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    arrivals: Arrivals = field(default_factory=Arrivals)


counted = Counters()
"""Of this process."""
