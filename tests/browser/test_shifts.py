"""Nothing on the dashboard is pushed away: not by loading, by a change, or by what the header says."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import PAINTED, Sql, clinic, drawing, live, see_redrawn
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_number, see_words
from tests.browser.test_socket import StoppedClock
from tests.waiting import until

__all__ = ["clinic"]

SHIFTS = """() => {
  window.shifts = [];
  const element = ({ node }) => (node?.closest ? node : node?.parentElement);
  const isOfAList = (source) => element(source)?.closest(".activity, .panel__rows");
  const tell = (one) => [element(one)?.outerHTML.slice(0, 90), one.previousRect, one.currentRect].map(JSON.stringify);
  const add = (entry) => entry.sources.every(isOfAList) ||
    window.shifts.push(entry.sources.filter((one) => !isOfAList(one)).map(tell).join());
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift" });
}"""
"""Notes what moved, but for lines of lists: the log's newest comes first, and the queue's is the earliest."""
PLACES = """() => [...document.querySelectorAll(
  "header, main, .dateline, .band, .tile, .tile__label, .panel, .panel__head, .chart, .chart__head, .activity")]
  .map((one) => [one.id || one.className, ...["left", "top", "width"].map((of) => one.getBoundingClientRect()[of])])"""
"""Where everything stands but the lines of lists."""
STANDS = [
    ("manager", "/", 1440),
    ("manager", "/", 900),
    ("manager", "/", 390),
    ("manager", "/?tv=1", 1920),
    ("clinician", "/", 1440),
    ("cashier", "/", 320),
    ("store", "/", 1440),
    ("store", "/", 390),
]
LONG = "Llanfairpwllgwyngyll " * 9
CHANGES = (
    "insert into payment (bill_id, amount) values (1, 40)",
    "insert into patient (first_name) select 'Alan' from generate_series(1, 9999)",
    "insert into booking (patient_id, date, status) values (1, clock.today() + 5, 'confirmed')",
    "insert into booking (patient_id, date, status, start_time, duration_minutes, practitioner_id)"
    " select 1, clock.today(), case when n < 9 then 'completed' when n = 9 then 'in_consultation' else 'confirmed' end,"
    "  make_time(n, 0, 0), 30, 1 from generate_series(1, 20) n",
    "insert into booking (patient_id, date, status) values (1, clock.today(), 'confirmed')",
    f"insert into booking (patient_name, date) select '{LONG}' || n, clock.today() + 1 from generate_series(1, 3) n",
    f"insert into inventory_item (name, quantity) select '{LONG}' || n, 0 from generate_series(1, 30) n",
)


@pytest.mark.parametrize(("role", "path", "width"), STANDS)
def test_an_update_shifts_nothing(visit: Visit, clinic: Sql, role: str, path: str, width: int) -> None:
    clinic.execute(f"insert into practitioner (full_name) values ('Dr. {LONG}'), ('Dr. Amelia Hart')")
    page = live(visit, path, role, viewport={"width": width, "height": width * 9 // 16 if width > 900 else 800})
    page.evaluate(PAINTED)
    page.evaluate(SHIFTS)
    before, panels = page.evaluate(PLACES), page.locator(".panel").all_inner_texts()
    drawings = {
        chart: drawing(page, chart) for chart in ("bookings", "money") if page.locator(f"#chart-{chart}").count()
    }
    for statement in CHANGES:
        clinic.execute(statement)
    for key, text in {"patients_total": "10,000", "bookings_pending": "3", "inventory_out_of_stock": "31"}.items():
        if page.locator(f"#tile-{key}").count():
            see_number(page, key, text)
    for panel, text in zip(page.locator(".panel").all(), panels, strict=True):
        expect(panel).not_to_have_text(text, use_inner_text=True)
    for chart, pixels in drawings.items():
        see_redrawn(page, chart, pixels)
    if page.locator("#panel-schedule").count():
        expect(page.locator(".agenda")).to_have_count(2)
    page.evaluate(PAINTED)
    assert page.evaluate("window.shifts.join()") == ""
    assert page.evaluate(PLACES) == before


@pytest.mark.parametrize(("path", "width"), [("/", 1440), ("/", 1280), ("/", 900), ("/", 390), ("/?tv=1", 1920)])
def test_loading_shifts_nothing(visit: Visit, clinic: Sql, path: str, width: int) -> None:
    page = visit("manager", path, viewport={"width": width, "height": 844 if width < 900 else width * 9 // 16})
    page.add_init_script(f"({SHIFTS})()")
    page.reload()
    see_words(page, "Live")
    for chart in page.locator("day-chart").all():
        expect(chart).to_have_attribute("data-drawn", "1")
    page.evaluate(PAINTED)
    assert page.evaluate("window.shifts.join()") == ""


@pytest.mark.parametrize("width", [320, 390, 820, 1280, 1440])
def test_whatever_the_connections_words_the_header_keeps_its_height(
    visit: Visit, width: int, complaints: Complaints
) -> None:
    complaints.expect("htmx:error: timeout")  # the page's clock runs faster than the server
    stage = StoppedClock(visit, viewport={"width": width, "height": 800})
    page = stage.page
    tall = "document.querySelector('header').getBoundingClientRect().height"
    stage.snapshot(1, 100)
    see_words(page, "Live")
    page.route("**/live/", lambda route: route.fulfill(status=204))  # nothing is to be had by HTTP either
    before = page.evaluate(tall)

    def keeps(words: str) -> None:
        expect(page.locator(".live__text")).to_contain_text(words)
        assert page.evaluate(tall) == before, words

    stage.say("heartbeat", 1, mode="polling")
    keeps("Slower: numbers every 5 s")
    page.get_by_role("button", name="Pause").click()
    for n in range(1, 13):
        stage.frame(n + 1, n, 100 + n)
    page.clock.run_for(1_000)
    keeps("12 changes wait")
    page.get_by_role("button", name="Resume").click()
    keeps("Slower")
    page.clock.run_for(13_000)
    keeps("Reconnecting…")
    page.clock.run_for(100_000)
    keeps(" s old")


@pytest.mark.parametrize(("role", "path", "width"), STANDS)
def test_what_has_arrived_of_a_page_stands_where_it_will_stand(
    visit: Visit, clinic: Sql, role: str, path: str, width: int
) -> None:
    page = visit(role, path, viewport={"width": width, "height": width * 9 // 16 if width > 900 else 800})
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    text = page.request.get(page.url).text()

    def places(html: str) -> list[tuple[str, float, float]]:
        page.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        page.reload()
        page.unroute(page.url)
        return [(name, left, width) for name, left, _top, width in page.evaluate(PLACES)]

    whole = places(text)
    for part in re.finditer('<div class="charts|<section class="chart"|<div class="dash__activity"', text):
        arrived = places(text[: part.start()])
        assert arrived == whole[: len(arrived)], part[0]


def test_a_shift_would_be_seen(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 1440, "height": 900})
    page.evaluate(PAINTED)
    page.evaluate(SHIFTS)
    page.evaluate("document.querySelector('main').prepend(document.createElement('hr'), 'A line that pushes')")
    until(lambda: page.evaluate("window.shifts.length > 0"), what="a shift")
