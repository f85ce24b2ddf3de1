"""The project's metrics, which the setting `STATS_SECTIONS` names: a dotted path to a tuple of `Section`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from clinic.stats.metric import Section, User

SECTIONS: tuple[Section, ...] = import_string(settings.STATS_SECTIONS)
METRICS = tuple(metric for section in SECTIONS for metric in section.metrics)
BY_KEY = {metric.key: metric for metric in METRICS}
TOPICS = frozenset[str]().union(*(section.topics for section in SECTIONS))


def visible_sections(user: User) -> tuple[Section, ...]:
    """Choose the sections whose permission the user holds."""
    return tuple(section for section in SECTIONS if user.has_perm(section.permission))  # type: ignore[union-attr]
