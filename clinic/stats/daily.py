"""Series per day: one per metric for its line, and counts by state for the charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from clinic.stats.catalogue import BY_KEY

DAYS = 30
DAY = timedelta(days=1)
ZERO = Decimal(0)

TRENDS = """
select t.today, s.key, s.day, s.value
  from (select clock.today() as today) t
       left join lateral stats.trends(t.today - %(before)s::int, t.today + %(after)s::int) s on true
"""
DAILY = """
select t.today, d.subject, d.state, d.day, d.n, d.billed, d.paid
  from (select clock.today() as today) t
       left join lateral stats.daily(%(subjects)s, t.today - %(before)s::int, t.today + %(after)s::int) d on true
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
        """Give one day's amounts."""
        return self.amounts.get((subject, state, day), Amounts())

    def days(self, before: int, after: int) -> list[date]:
        """List the days around today."""
        return [self.today + DAY * offset for offset in range(-before, after + 1)]


def read(subjects: Sequence[str], before: int, after: int) -> Daily:
    """Read what some subjects come to per state and day, so many days before today and after it."""
    with connection.cursor() as cursor:
        cursor.execute(DAILY, {"subjects": list(subjects), "before": before, "after": after})
        rows = cursor.fetchall()
    amounts = {row[1:4]: Amounts(int(row[4]), *row[5:]) for row in rows if row[1] is not None}
    return Daily(rows[0][0], amounts)


def trends() -> dict[str, list[Decimal]]:
    """Read each metric's last (or next) thirty days, today included; openings only of the days that have one."""
    with connection.cursor() as cursor:
        cursor.execute(TRENDS, {"before": DAYS - 1, "after": DAYS - 1})
        rows = cursor.fetchall()
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for _today, key, day, value in rows:
        if key is not None:
            found[key][day] = value
    return {key: _window(metric.trend, found[key], rows[0][0]) for key, metric in BY_KEY.items()}


def _window(trend: str, values: dict[date, Decimal], today: date) -> list[Decimal]:
    if trend == "openings":
        return [values[day] for day in sorted(values) if day <= today]
    first = today if trend == "ahead" else today - DAY * (DAYS - 1)
    return [values.get(first + DAY * offset, ZERO) for offset in range(DAYS)]
