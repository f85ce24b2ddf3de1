"""A screen on the wall, which nobody scrolls."""

from __future__ import annotations

import pytest

from tests.browser.board import Sql, clinic, live
from tests.browser.conftest import Visit

__all__ = ["clinic"]


@pytest.mark.parametrize("role", ["manager", "reception", "store"])
def test_a_wall_shows_everything_on_one_screen(visit: Visit, clinic: Sql, role: str) -> None:
    page = live(visit, "/?tv=1", role, viewport={"width": 1920, "height": 1080})
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [1920, 1080]
    for chart in page.locator("day-chart").all():
        assert (chart.bounding_box() or {"height": 0})["height"] > 80
    for panel in page.locator(".panel").all():
        head, rows = panel.locator(".panel__head").bounding_box(), panel.locator("ul, ol").first.bounding_box()
        assert head is not None
        assert rows is not None
        assert (head["x"], head["width"]) == (rows["x"], rows["width"]), "a heading that stands apart from its list"
        assert rows["y"] + rows["height"] <= 1080
