"""A follower remembers the numbers of its first look and moves them by what later looks say, as a relay does."""

from __future__ import annotations

from clinic.stats.snapshot import LOOK, NOTHING_SEEN, Look
from tests.sql import oracle
from tests.sql.exactness import current
from tests.sql.oracle import Session


class Follower:
    """Somebody who looks again and again, on a session of their own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.last = self._look(NOTHING_SEEN, None)
        self.numbers = dict(self.last.metrics)

    def assert_keeps_up(self) -> Look:
        """Look again; fail unless the numbers are then what the same snapshot shows. Gives the look."""
        with oracle.one_snapshot(self.session):
            self.last = self._look(self.last.snapshot, self.last.today)
            shown = current(self.session)
        self.numbers |= self.last.changes(self.numbers)
        assert self.numbers == shown
        return self.last

    def _look(self, seen: str, day: object) -> Look:
        row = self.session.execute(LOOK, [seen, day]).fetchone()
        assert row is not None
        return Look.from_row(row)
