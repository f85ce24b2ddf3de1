"""A line of thirty days, as the path of an SVG and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from clinic.stats.daily import DAYS
from clinic.stats.metric import Metric
from clinic.stats.snapshot import display_text

WIDTH, HEIGHT = 90, 24


@dataclass(frozen=True)
class Sparkline:
    """The path in a box of 90 by 24, and what it shows in words; an empty path where there is no history."""

    path: str = ""
    words: str = ""


def sparkline(metric: Metric, values: Sequence[Decimal]) -> Sparkline:
    """Draw a column per day, or a stepped line through the openings of what has no day."""
    if metric.trend == "openings":
        return _line(metric, values)
    if not any(values):
        return Sparkline()
    words = _("Next 30 days") if metric.trend == "ahead" else _("Last 30 days")
    return Sparkline(_columns(values), f"{words}: {_range(metric, values)}.")


def _columns(values: Sequence[Decimal]) -> str:
    step, top = WIDTH // DAYS, max(values)
    heights = [max(0, round(HEIGHT * value / top)) if top > 0 else 0 for value in values]
    return "".join(f"M{n * step + 1} {HEIGHT}v-{height}" for n, height in enumerate(heights) if height)


def _line(metric: Metric, values: Sequence[Decimal]) -> Sparkline:
    if len(values) < 2:
        return Sparkline()
    low, span = min(values), max(values) - min(values)
    heights = [round(HEIGHT - 2 - (HEIGHT - 4) * (value - low) / span) if span else HEIGHT // 2 for value in values]
    step = WIDTH / (len(values) - 1)
    path = f"M0 {heights[0]}" + "".join(f"H{n * step:.0f}V{height}" for n, height in enumerate(heights[1:], 1))
    return Sparkline(path, f"{_('At opening, last 30 days')}: {_range(metric, values)}.")


def _range(metric: Metric, values: Sequence[Decimal]) -> str:
    return f"{display_text(metric.key, min(values))} to {display_text(metric.key, max(values))}"
