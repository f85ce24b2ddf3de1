"""A screen on the wall, which nobody scrolls."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.board import Sql, clinic, live
from tests.browser.conftest import Visit

__all__ = ["clinic"]

WALL = {"width": 1920, "height": 1080}
DOWNWARDS = """agendas => agendas.toSorted((a, b) => a.offsetTop - b.offsetTop)
  .map((one) => one.querySelector(".agenda__who").textContent)"""
"""Evaluates to the names of agendas as they stand on the screen."""


@pytest.mark.parametrize("role", ["manager", "reception", "store"])
def test_a_wall_shows_everything_on_one_screen(visit: Visit, clinic: Sql, role: str) -> None:
    page = live(visit, "/?tv=1", role, viewport=WALL)
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


@pytest.mark.parametrize(
    ("width", "height"), [(1152, 720), (1280, 720), (1280, 800), (1280, 1024), (1366, 768), (1440, 900), (1920, 1080)]
)
def test_a_wall_of_any_usual_size_shows_its_charts_whole(visit: Visit, clinic: Sql, width: int, height: int) -> None:
    clinic.execute("insert into practitioner (full_name) select 'Dr. ' || n from generate_series(11, 20) n")
    clinic.execute(
        "insert into booking (patient_id, practitioner_id, date, status)"
        " select 1, id, clock.today(), 'confirmed' from practitioner"
    )
    clinic.execute(
        "insert into booking (patient_name, date) select 'Waiting', clock.today() from generate_series(1, 9)"
    )
    clinic.execute("insert into inventory_item (name, quantity) select 'item ' || n, 0 from generate_series(1, 9) n")
    page = live(visit, "/?tv=1", viewport={"width": width, "height": height})
    for chart in page.locator("day-chart").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["height"] >= 90
        assert box["y"] + box["height"] <= height
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [width, height]


def test_a_wall_too_low_for_all_keeps_its_charts_and_is_scrolled(visit: Visit, clinic: Sql) -> None:
    page = live(visit, "/?tv=1", viewport={"width": 1280, "height": 500})
    for chart in page.locator("day-chart").all():
        assert (chart.bounding_box() or {"height": 0})["height"] >= 90


@pytest.mark.parametrize("path", ["/?tv=1", "/"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080), (390, 844)])
def test_practitioners_names_are_read_whole_whatever_stands_beside_them(
    visit: Visit, clinic: Sql, path: str, width: int, height: int
) -> None:
    clinic.execute("insert into practitioner (full_name) values ('Dr. Sofia Marchetti')")
    clinic.execute(
        "insert into booking (patient_id, practitioner_id, date, status)"
        " select 1, (select max(id) from practitioner), clock.today(), s"
        " from unnest(array['completed', 'no_show', 'no_show', 'completed', 'confirmed']) s"
    )
    page = live(visit, path, viewport={"width": width, "height": height})
    agenda = page.locator(".agenda", has_text="Marchetti")
    expect(agenda.locator(".agenda__done")).to_have_text("2 of 5 done, 2 no-shows")
    assert agenda.locator(".agenda__who").evaluate("who => who.scrollWidth <= who.clientWidth")
    boxes = [row.bounding_box() for row in agenda.locator(".agenda__row").all()]
    line = agenda.bounding_box()
    assert line is not None
    assert all(
        box and line["y"] <= box["y"] and box["y"] + box["height"] <= line["y"] + line["height"] for box in boxes
    )


@pytest.fixture
def dozens(clinic: Sql) -> Sql:
    """Thirty practitioners; the last by name has somebody next, all others were done before noon."""
    clinic.execute("insert into practitioner (full_name) select 'Dr. ' || n from generate_series(11, 40) n")
    clinic.execute(
        "insert into booking (patient_id, practitioner_id, date, status)"
        " select 1, id, clock.today(), case id when 30 then 'confirmed' else 'completed' end from practitioner"
    )
    return clinic


def whole(agendas: Locator) -> int:
    """Count the agendas that are shown, and require of each that it is shown from top to bottom."""
    boxes = [box for one in agendas.all() if (box := one.bounding_box()) and box["height"] > 1]
    assert {round(box["height"]) for box in boxes} == {round(boxes[0]["height"])}
    assert max(box["y"] + box["height"] for box in boxes) <= WALL["height"]
    return len(boxes)


def test_a_wall_says_how_many_practitioners_it_has_no_room_for(visit: Visit, dozens: Sql) -> None:
    page = live(visit, "/?tv=1", viewport=WALL)
    agendas, more = page.locator(".agenda"), page.locator(".panel__more")
    shown = whole(agendas)
    assert shown > 5
    expect(more).to_have_text(f"and {30 - shown} more")
    dozens.execute("delete from booking where practitioner_id between 1 and 5")
    expect(agendas).to_have_count(25)
    expect(more).to_have_text(f"and {25 - shown} more")
    dozens.execute("delete from booking where practitioner_id < 27")
    expect(agendas).to_have_count(4)
    expect(more).to_be_empty()
    assert whole(agendas) == 4


def test_a_wall_shows_those_first_who_have_somebody_now_or_next(visit: Visit, dozens: Sql) -> None:
    page = live(visit, "/?tv=1", viewport=WALL)
    agendas = page.locator(".agenda")
    assert agendas.evaluate_all(DOWNWARDS)[:3] == ["Dr. 40", "Dr. 11", "Dr. 12"]
    dozens.execute("update booking set status = 'in_consultation' where practitioner_id = 29")
    expect(page.locator("#agenda-29")).to_contain_text("Now")
    assert agendas.evaluate_all(DOWNWARDS)[:3] == ["Dr. 39", "Dr. 40", "Dr. 11"]


def test_a_page_on_a_desk_shows_every_practitioner_by_name(visit: Visit, dozens: Sql) -> None:
    page = live(visit, viewport=WALL)
    agendas = page.locator(".agenda")
    expect(agendas).to_have_count(30)
    assert all(box and box["height"] > 20 for box in [one.bounding_box() for one in agendas.all()])
    expect(page.locator(".panel__more")).to_be_empty()
