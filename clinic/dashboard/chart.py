"""What the charts show, as tables: bookings per day by how they stand, money billed and received per day.

`static/js/day-chart.js` draws them from the tables on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from clinic.bookings.models import BookingStatus
from clinic.database.reads import combine
from clinic.stats import daily
from clinic.stats.daily import DAYS, Daily
from clinic.stats.snapshot import display_text

if TYPE_CHECKING:
    from clinic.stats.metric import Text

FORTNIGHT = 14
DUE = ("unpaid", "partially_paid", "paid")
"""The statuses of bills that are not void."""


@dataclass(frozen=True)
class Series:
    """One column of the table; its key is the class that gives it its colour."""

    key: str
    label: Text


@dataclass(frozen=True)
class Cell:
    """A value as the drawing reads it, and as people do."""

    value: Decimal
    text: str


@dataclass(frozen=True)
class Row:
    """One day."""

    day: date
    is_today: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """A table of days, and the topics that change it.

    `layout` tells whether its series add up (`stack`) or are compared (`overlay`).
    """

    key: str
    label: Text
    layout: str
    topics: tuple[str, ...]
    series: tuple[Series, ...]
    rows: tuple[Row, ...]


STANDINGS = {
    Series("completed", _("Completed")): (BookingStatus.COMPLETED,),
    Series("confirmed", _("Confirmed")): (BookingStatus.CONFIRMED, BookingStatus.IN_CONSULTATION),
    Series("pending", _("Pending")): (BookingStatus.PENDING,),
    Series("missed", _("Not held")): (BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW),
}
SUMS = (Series("billed", _("Billed")), Series("received", _("Received")))


def _bookings(found: Daily) -> Chart:
    def count(day: date, states: tuple[BookingStatus, ...]) -> Decimal:
        return Decimal(sum(found.of("booking", state, day).n for state in states))

    values = {day: [count(day, states) for states in STANDINGS.values()] for day in found.days(FORTNIGHT, FORTNIGHT)}
    rows = _rows(found, values, like="bookings_total")
    return Chart("bookings", _("Bookings per day"), "stack", ("booking",), tuple(STANDINGS), rows)


def _money(found: Daily) -> Chart:
    values = {day: [_billed(found, day), _received(found, day)] for day in found.days(DAYS - 1, 0)}
    rows = _rows(found, values, like="amount_billed_total")
    return Chart("money", _("Money per day"), "overlay", ("bill", "payment"), SUMS, rows)


def _billed(found: Daily, day: date) -> Decimal:
    return sum((found.of("bill", state, day).billed for state in DUE), daily.ZERO)


def _received(found: Daily, day: date) -> Decimal:
    payments = (
        amounts for (subject, _method, on), amounts in found.amounts.items() if (subject, on) == ("payment", day)
    )
    return sum((amounts.paid for amounts in payments), daily.ZERO)


def _rows(found: Daily, values: dict[date, list[Decimal]], like: str) -> tuple[Row, ...]:
    """Spell the values as those of a metric."""
    return tuple(
        Row(day, day == found.today, tuple(Cell(value, display_text(like, value)) for value in cells))
        for day, cells in values.items()
    )


BOOKINGS = combine(_bookings, daily.read(["booking"], FORTNIGHT, FORTNIGHT))
"""The bookings per day and standing, from two weeks back to two weeks ahead."""
MONEY = combine(_money, daily.read(["bill", "payment"], DAYS - 1, 0))
"""The sums of bills issued and of payments received per day, the last thirty days."""
