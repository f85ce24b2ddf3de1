"""The board: the sections a user may see, as bands of tiles ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic.stats.catalogue import Metric, Section, visible_sections
from clinic.stats.snapshot import wire_value

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from clinic.stats.catalogue import Text
    from clinic.stats.snapshot import Snapshot


@dataclass(frozen=True)
class Call:
    """What a number above zero asks of the reader, and how loudly: `act`, `watch` or `ask`."""

    level: str
    words: Text


CALLS = {
    "bookings_pending": Call("watch", _("Waiting for an answer")),
    "inventory_out_of_stock": Call("act", _("Reorder now")),
    "inventory_low_stock": Call("watch", _("Reorder soon")),
    "bills_unpaid": Call("ask", _("Nothing paid yet")),
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


@dataclass(frozen=True)
class Band:
    """One section's tiles."""

    key: str
    label: Text
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Board:
    """Everything the grid shows, and the moment it was true."""

    at: datetime
    bands: tuple[Band, ...]


def build(user: AbstractBaseUser | AnonymousUser, snapshot: Snapshot) -> Board:
    """Lay out what this user may see of the snapshot."""
    return Board(snapshot.at, tuple(_band(section, snapshot, user) for section in visible_sections(user)))


def _band(section: Section, snapshot: Snapshot, user: Any) -> Band:
    return Band(section.key, section.label, tuple(_tile(metric, snapshot, user) for metric in section.metrics))


def _tile(metric: Metric, snapshot: Snapshot, user: Any) -> Tile:
    return Tile(
        key=metric.key,
        label=metric.label,
        help=metric.help,
        unit=metric.unit,
        value=str(wire_value(metric.key, snapshot.values[metric.key])),
        text=snapshot.text(metric.key),
        call=CALLS.get(metric.key),
        list_url=metric.list_url if user.has_perms(metric.list_permissions) else "",
    )
