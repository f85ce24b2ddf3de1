"""Series per day: one per metric for its line, and counts by state for the charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from clinic.database import reads
from clinic.database.reads import Read, Row
from clinic.stats.catalogue import BY_KEY

DAYS = 30
DAY = timedelta(days=1)
ZERO = Decimal(0)

DAILY = """
select t.today, d.subject, d.state, d.day, d.n, d.billed, d.paid
  from (select clock.today() as today) t
       left join lateral stats.daily(%s, t.today - %s::int, t.today + %s::int) d on true
"""


@dataclass(frozen=True)
class Amounts:
    """What the rows of one subject, state and day come to."""

    n: int = 0
    billed: Decimal = ZERO
    paid: Decimal = ZERO


@dataclass(frozen=True)
class Daily:
    """Amounts by subject, state and day; what is missing is nothing."""

    today: date
    amounts: Mapping[tuple[str, str, date], Amounts]

    def of(self, subject: str, state: str, day: date) -> Amounts:
        """Return one day's amounts."""
        return self.amounts.get((subject, state, day), Amounts())

    def days(self, before: int, after: int) -> list[date]:
        """List the days around today."""
        return [self.today + DAY * offset for offset in range(-before, after + 1)]


def read(subjects: Sequence[str], before: int, after: int) -> Read[Daily]:
    """Read what some subjects come to per state and day, so many days before today and after it."""
    return reads.select(_daily, DAILY, list(subjects), before, after)


def _daily(rows: list[Row]) -> Daily:
    amounts = {
        (row["subject"], row["state"], date.fromisoformat(row["day"])): Amounts(
            int(row["n"]), Decimal(row["billed"]), Decimal(row["paid"])
        )
        for row in rows
        if row["subject"]
    }
    return Daily(date.fromisoformat(rows[0]["today"]), amounts)


def _trends(rows: list[Row]) -> dict[str, list[Decimal]]:
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for row in rows:
        if row["key"]:
            found[row["key"]][date.fromisoformat(row["day"])] = Decimal(row["value"])
    today = date.fromisoformat(rows[0]["today"])
    return {key: _window(metric.trend, found[key], today) for key, metric in BY_KEY.items()}


def _window(trend: str, values: dict[date, Decimal], today: date) -> list[Decimal]:
    if trend == "openings":
        return [values[day] for day in sorted(values) if day <= today]
    first = today if trend == "ahead" else today - DAY * (DAYS - 1)
    return [values.get(first + DAY * offset, ZERO) for offset in range(DAYS)]


TRENDS = reads.select(
    _trends,
    "select t.today, s.key, s.day, s.value"
    "  from (select clock.today() as today) t"
    "       left join lateral stats.trends(t.today - %s::int, t.today + %s::int) s on true",
    DAYS - 1,
    DAYS - 1,
)
"""Each metric's last (or next) thirty days, today included; openings only of the days that have one."""
