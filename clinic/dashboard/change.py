"""What a number did since the day opened: how much, in which direction, and whether that is good.

`static/js/tile-change.js` says the same in the browser when a number moves; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.stats.metric import Metric
from clinic.stats.snapshot import display_text


@dataclass(frozen=True)
class Change:
    """A change in words; `tone` is `good`, `bad` or empty, `direction` is `up`, `down` or empty for none."""

    direction: str
    tone: str
    words: str


NONE = Change("", "", "")


def since(opening: Decimal | None, value: Decimal, metric: Metric) -> Change:
    """Compare a value with the day's opening; without one there is no change to tell."""
    if opening is None or value == opening:
        return NONE
    direction = "up" if value > opening else "down"
    tone = ("good" if direction == metric.better else "bad") if metric.better else ""
    amount = display_text(metric.key, abs(value - opening))
    return Change(direction, tone, f"{amount} {_('more') if direction == 'up' else _('less')}")
