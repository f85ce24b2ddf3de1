"""The chart of all figures that have a goal: how far each is on the right side of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

from tests.benchmarks.harness import Figure

WIDTH, ROW, LEFT, TOP = 1120, 24, 640, 44
LONGEST_NAME = 96
DECADES = 2.0
"""How many powers of ten are drawn on each side of the goal."""

STYLE = """
:root { color-scheme: light dark }
text { font: 13px system-ui, sans-serif; fill: #1c2430 }
.axis { stroke: #8b95a1 } .quiet { fill: #5b6672 } .good { fill: #2f6f8f } .bad { fill: #b4472f }
@media (prefers-color-scheme: dark) {
  text { fill: #e3e8ee } .quiet { fill: #9aa5b1 } .good { fill: #6fb3d2 } .bad { fill: #e58a72 }
}
"""


def draw(figures: Sequence[Figure]) -> str:
    """Draw a bar for each figure, from its goal to the right when it is better, to the left when it is worse."""
    height = TOP + ROW * len(figures) + 12
    middle = LEFT + (WIDTH - LEFT) / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>Each figure against its goal</title><style>{STYLE}</style>",
            f'<text class="quiet" x="{middle}" y="20" text-anchor="middle">worse ← goal → better, factor</text>',
            *(_bar(figure, TOP + ROW * place, middle) for place, figure in enumerate(figures)),
            f'<line class="axis" x1="{middle}" y1="{TOP - 12}" x2="{middle}" y2="{height - 8}"/>',
            "</svg>\n",
        ]
    )


def advantage(figure: Figure) -> float:
    """By how many times a figure is better than its goal; below 1 it misses it."""
    assert figure.goal is not None
    best = max(figure.value, 1e-9)
    return figure.goal.number / best if figure.goal.is_ceiling else best / figure.goal.number


def _bar(figure: Figure, top: float, middle: float) -> str:
    times = advantage(figure)
    reach = max(-DECADES, min(DECADES, log10(times))) / DECADES * (WIDTH - middle - 56)
    start, colour = min(middle, middle + reach), "good" if figure.holds else "bad"
    side = ("start", 6) if reach >= 0 else ("end", -6)
    label = f"{times:.3g}x" if times < 10**DECADES else f"{times:,.0f}x"
    return (
        f'<text x="{LEFT - 14}" y="{top + 14}" text-anchor="end">{escape(_name(figure))}</text>'
        f'<rect class="{colour}" x="{start:.1f}" y="{top + 2}" width="{max(abs(reach), 1):.1f}" height="15" rx="2"/>'
        f'<text class="quiet" x="{middle + reach + side[1]:.1f}" y="{top + 14}" text-anchor="{side[0]}">{label}</text>'
    )


def _name(figure: Figure) -> str:
    name = f"{figure.what}: {figure.against}" if figure.against else figure.what
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
