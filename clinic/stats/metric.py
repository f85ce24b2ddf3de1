"""What a metric is to people who read it, and a section of metrics that one permission opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser
    Text = str | Promise

Unit = Literal["count", "money"]
Better = Literal["up", "down", ""]
Trend = Literal["past", "ahead", "openings"]

DAY = "day"
"""The topic of a new day: concerns everybody, because what is shown of today changes with it."""


@dataclass(frozen=True)
class Metric:
    """One number: its key in `stats.current`, its words, its unit, and the list of what it counts.

    `list_url` is a path with the list's own filters as its query; empty while there is no such list. It needs
    `list_permissions` beside the section's own. `better` is the direction in which a change is good; empty where it is
    neither. `trend` says which days its line shows: those past, those ahead, or the openings of what has no day.
    """

    key: str
    label: Text
    help: Text
    unit: Unit = "count"
    better: Better = ""
    trend: Trend = "past"
    list_url: str = ""
    list_permissions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Metrics shown together, seen by those who hold the permission.

    `topics` are the tables whose changes concern this section's readers, and the day; `also_told` are those of which
    its pages show something besides, though nothing of them stands in these readers' feed.
    """

    key: str
    label: Text
    permission: str
    topics: frozenset[str]
    metrics: tuple[Metric, ...]
    also_told: frozenset[str] = frozenset()
