"""The board: the sections a user may see, as bands of tiles ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.dashboard import change
from clinic.dashboard.sparkline import sparkline
from clinic.database.reads import Read, combine
from clinic.stats import daily, openings, snapshot
from clinic.stats.catalogue import visible_sections
from clinic.stats.metric import Metric, Section
from clinic.stats.snapshot import wire_value

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from clinic.dashboard.change import Change
    from clinic.dashboard.sparkline import Sparkline
    from clinic.stats.metric import Text, User
    from clinic.stats.openings import Opening
    from clinic.stats.snapshot import Snapshot


@dataclass(frozen=True)
class Call:
    """What a number above zero asks of the reader, and how loudly: `act`, `watch` or `ask`."""

    level: str
    words: Text


CALLS = {
    "bookings_pending": Call("watch", _("To answer")),
    "inventory_out_of_stock": Call("act", _("Reorder now")),
    "inventory_low_stock": Call("watch", _("Reorder soon")),
    "bills_unpaid": Call("ask", _("Nothing paid")),
}


@dataclass(frozen=True)
class Tile:
    """One metric with its number; `value` is spelled as on the wire, `text` as people read it.

    `list_url` leads to the rows it counts; empty where there is no list that this user may open.
    """

    key: str
    label: Text
    help: Text
    unit: str
    value: str
    text: str
    call: Call | None
    list_url: str
    better: str
    opening: str
    change: Change
    spark: Sparkline


@dataclass(frozen=True)
class Band:
    """One section's tiles."""

    key: str
    label: Text
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Board:
    """Everything the grid shows, the moment it was true, and the opening that changes are told from.

    `topics` are the tables that it counts.
    """

    at: datetime
    topics: tuple[str, ...]
    opening: Opening
    bands: tuple[Band, ...]

    @property
    def day(self) -> str:
        """Name the day."""
        return formats.date_format(self.opening.day, "l j F Y")

    @property
    def since(self) -> str:
        """Say since when changes are told; empty until somebody looked."""
        if self.opening.taken_at is None:
            return ""
        late = self.opening.late_since
        return gettext("since %(time)s") % {"time": f"{late:%H:%M}"} if late else gettext("since opening")


@dataclass(frozen=True)
class Figures:
    """What the tiles are made of."""

    now: Snapshot
    opening: Opening
    trends: dict[str, list[Decimal]]


def of(user: User) -> Read[Board]:
    """Read what this user may see."""
    return combine(partial(_laid_out, user), snapshot.NUMBERS, openings.OPENING, daily.TRENDS)


def _laid_out(user: User, *found: Any) -> Board:
    figures = Figures(*found)
    sections = visible_sections(user)
    topics = sorted({topic for section in sections for topic in section.topics})
    bands = tuple(_band(section, figures, user) for section in sections)
    return Board(figures.now.at, tuple(topics), figures.opening, bands)


def _band(section: Section, figures: Figures, user: Any) -> Band:
    shown = (metric for metric in section.metrics if metric.key in figures.now.values)
    return Band(section.key, section.label, tuple(_tile(metric, figures, user) for metric in shown))


def _tile(metric: Metric, figures: Figures, user: Any) -> Tile:
    value, opening = figures.now.values[metric.key], figures.opening.values.get(metric.key)
    return Tile(
        key=metric.key,
        label=metric.label,
        help=metric.help,
        unit=metric.unit,
        value=str(wire_value(metric.key, value)),
        text=figures.now.text(metric.key),
        call=CALLS.get(metric.key),
        list_url=metric.list_url if user.has_perms(metric.list_permissions) else "",
        better=metric.better,
        opening="" if opening is None else str(wire_value(metric.key, opening)),
        change=change.since(opening, value, metric),
        spark=sparkline(metric, figures.trends[metric.key]),
    )
