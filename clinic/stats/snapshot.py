"""The numbers at one moment, read from `stats.current`, and their display text."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from babel.numbers import format_decimal
from django.db import connection

from clinic.database import reads
from clinic.database.reads import Row
from clinic.money import locale, written
from clinic.stats.catalogue import BY_KEY

log = logging.getLogger(__name__)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Snapshot:
    """Values by metric key, of those that both the database and this process know.

    `at` is before the moment they were read, on the database's clock.
    """

    at: datetime
    values: dict[str, Decimal]

    def text(self, key: str) -> str:
        """Format a value as it is displayed."""
        return display_text(key, self.values[key])


def known(values: Mapping[str, Value]) -> dict[str, Value]:
    """Leave out the metrics of a newer database that this process does not know; the log names each once."""
    for key in values.keys() - BY_KEY.keys():
        _name_unknown(key)
    return {key: value for key, value in values.items() if key in BY_KEY}


@cache
def _name_unknown(key: str) -> None:
    log.warning("the database counts %s, which this process does not know: left out until it is restarted", key)


def display_text(key: str, value: Decimal) -> str:
    """Format a metric's value in the clinic's language and currency."""
    return written(value) if BY_KEY[key].unit == "money" else format_decimal(value, locale=locale())


def wire_value(key: str, value: Decimal) -> int | str:
    """Return a value as JSON can carry it exactly: counts as numbers, money as a string of two decimals."""
    return str(value) if BY_KEY[key].unit == "money" else int(value)


def _snapshot(rows: list[Row]) -> Snapshot:
    return Snapshot(datetime.fromisoformat(rows[0]["at"]), known({row["key"]: Decimal(row["value"]) for row in rows}))


NUMBERS = reads.select(_snapshot, "select key, value, statement_timestamp() as at from stats.current")
"""The numbers, exact in the statement's snapshot."""


def read() -> Snapshot:
    """Read the numbers alone. Raises `django.db.Error` when the database cannot be reached."""
    return reads.fetch(NUMBERS)


NOTHING_SEEN = "1:1:"
"""A snapshot that has seen nothing, as PostgreSQL's `pg_snapshot` writes it."""

LOOK = (
    "select metrics, is_whole, topics, appended, snapshot, oldest_running::text, statement_timestamp(), made_at,"
    " today, day_ends_in from stats.look(%s, %s)"
)
"""One look; its parameters are `snapshot` and `today` of the look before, or a day of null for all numbers."""


@dataclass(frozen=True)
class Look:
    """How much the numbers moved since the look before, or all of them if it `is_whole`; and which subjects changed.

    The numbers were read after `begun_at` and before `at`, on the database's clock. Every transaction
    older than the id `oldest_running` has ended. `appended` counts the deltas since the look before.
    `today` is the clinic's day, which ends so many seconds after the reading. `committed_at` is when the first of the
    changes was committed, if that was asked for and the server knows.
    """

    metrics: dict[str, Decimal]
    is_whole: bool
    topics: frozenset[str]
    appended: int
    snapshot: str
    oldest_running: int
    begun_at: datetime
    at: datetime
    today: date
    day_ends_in: float
    committed_at: datetime | None = None

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Look:
        """Read a row that `LOOK` gave."""
        metrics, is_whole, topics, appended, snapshot, oldest_running, *times = row
        values = known({key: Decimal(value) for key, value in metrics.items()})
        return cls(values, is_whole, frozenset(topics), appended, snapshot, int(oldest_running), *times)

    @property
    def order(self) -> tuple[int, int]:
        """Return what is greater the more a reading of this server saw.

        Of two snapshots the later has a later end; or, with the same end, fewer transactions before it that run still.
        """
        _xmin, xmax, running = self.snapshot.split(":")
        return int(xmax), -len(running.split(",")) if running else 0

    @property
    def age(self) -> float:
        """Count the seconds that the first of the changes is old, or since the reading began; by one clock."""
        return max(0.0, (self.at - (self.committed_at or self.begun_at)).total_seconds())

    def changes(self, before: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Return the numbers that are not what they were at the look before.

        A metric that the database has only had since then is known from the next whole look on.
        """
        moved = {key: before[key] + by for key, by in self.metrics.items() if key in before}
        now = self.metrics if self.is_whole else moved
        return {key: value for key, value in now.items() if before.get(key) != value}


def look(seen: str = NOTHING_SEEN) -> Look:
    """Look at all numbers, and at what changed since the snapshot `seen`, on a connection of Django's."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [seen, None])
        return Look.from_row(_decoded(cursor.fetchone()))


def _decoded(row: Sequence[Any] | None) -> Sequence[Any]:
    """Decode the metrics, which Django's connections leave as text."""
    metrics, *rest = row or ()
    return [json.loads(metrics), *rest]
