"""The dashboard around its tiles: charts, changes in words, paper, the wall, the network, and assistive technology."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_number, see_words
from tests.browser.test_socket import stopped_clock
from tests.waiting import until

Sql = psycopg.Connection[Any]

WORDS = "tiles => tiles.map(t => { const c = t.querySelector('.tile__change');" + (
    " return [t.dataset.metric, [c.textContent, c.dataset.direction, c.dataset.tone]]; })"
)
FETCHED = """async () => {
  const html = await (await fetch("/dashboard/stats/")).text();
  const tiles = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".tile")];
  return (%s)(tiles);
}"""
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
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.fixture
def clinic(sql: Sql) -> Iterator[Sql]:
    """A patient, a bill, and bookings around today."""
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute(
        "insert into booking (patient_id, date, status)"
        " select 1, clock.today() + n, 'confirmed' from generate_series(1, 9) n"
    )
    sql.execute("insert into bill (patient_id, service_fee) values (1, 100)")
    sql.execute("insert into inventory_item (name, quantity) values ('gauze', 0)")
    yield sql
    sql.execute("delete from stats.opening")


def live(visit: Visit, path: str = "/", role: str = "manager", **options: Any) -> Page:
    """Open the page, live and with its charts drawn."""
    page = visit(role, path, **options)
    see_words(page, "Live", timeout=30)
    for chart in page.locator("day-chart").all():
        expect(chart).to_have_attribute("data-drawn", "1", timeout=15_000)
    return page


def drawing(page: Page, chart: str) -> str:
    """The pixels of a chart."""
    return str(page.locator(f"#chart-{chart} canvas").evaluate("canvas => canvas.toDataURL()"))


def today(page: Page, chart: str) -> list[str]:
    """Today's row of a chart's table."""
    return page.locator(f"#days-{chart} [aria-current] data").all_text_contents()


def see_today(page: Page, chart: str, *texts: str) -> None:
    """Wait until today's row of a chart's table reads so."""
    expect(page.locator(f"#days-{chart} [aria-current] data")).to_have_text(list(texts), timeout=20_000)


def see_redrawn(page: Page, chart: str, before: str) -> None:
    """Wait until a chart's pixels are others."""
    is_other = "([chart, before]) => document.querySelector(`#chart-${chart} canvas`)?.toDataURL() !== before"
    until(lambda: page.evaluate(is_other, [chart, before]), what="another drawing")


def test_a_booking_by_sql_redraws_the_day_it_falls_on(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    see_today(page, "bookings", "0", "0", "0", "0")
    before, money = drawing(page, "bookings"), drawing(page, "money")
    clinic.execute("insert into booking (patient_id, date, status) values (1, clock.today(), 'completed')")
    see_today(page, "bookings", "1", "0", "0", "0")
    see_redrawn(page, "bookings", before)
    assert drawing(page, "money") == money


def test_a_payment_by_sql_redraws_the_money_of_its_day(visit: Visit, clinic: Sql) -> None:
    page = live(visit, role="cashier")
    see_today(page, "money", "€100.00", "€0.00")
    before = drawing(page, "money")
    clinic.execute("insert into payment (bill_id, amount) values (1, 40)")
    see_today(page, "money", "€100.00", "€40.00")
    see_redrawn(page, "money", before)


def test_an_open_table_stays_open_while_its_days_change(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    page.get_by_text("Money per day as a table").click()
    clinic.execute("insert into payment (bill_id, amount) values (1, 40)")
    see_today(page, "money", "€100.00", "€40.00")
    expect(page.locator("#days-money table")).to_be_visible()


def test_charts_are_drawn_anew_for_the_dark_and_for_paper(visit: Visit, clinic: Sql) -> None:
    page = live(visit, color_scheme="light")
    light = drawing(page, "bookings")
    page.emulate_media(color_scheme="dark")
    see_redrawn(page, "bookings", light)
    dark = drawing(page, "bookings")
    page.emulate_media(media="print", color_scheme="dark")
    see_redrawn(page, "bookings", dark)
    expect(page.locator(".dateline__as-of")).to_be_visible()
    expect(page.locator(".dateline__as-of")).to_contain_text("As of")


def test_the_days_read_without_javascript(visit: Visit, clinic: Sql) -> None:
    page = visit(java_script_enabled=False)
    page.get_by_text("Money per day as a table").click()
    expect(page.locator("#days-money tbody tr")).to_have_count(30)
    assert today(page, "money") == ["€100.00", "€0.00"]


def test_a_change_in_words_is_the_servers_own(visit: Visit, clinic: Sql) -> None:
    clinic.execute("delete from stats.opening")
    clinic.execute(
        "insert into stats.opening (day, key, value, taken_at)"
        " select clock.today(), key, case when key like '%total' then 1234567.00 else 0 end, now() from stats.current"
    )
    page = live(visit)
    before = dict(page.locator(".tile").evaluate_all(WORDS))
    clinic.execute("insert into bill (patient_id, service_fee) values (1, 9876543.21)")
    clinic.execute("insert into payment (bill_id, amount) values (1, 0.05)")
    clinic.execute("insert into patient (first_name) select 'Alan' from generate_series(1, 1300)")
    see_number(page, "patients_total", "1,301", timeout=20)
    see_number(page, "amount_paid_total", "€0.05", timeout=20)
    see_number(page, "bills_total", "2", timeout=20)
    after = dict(page.locator(".tile").evaluate_all(WORDS))
    assert after != before
    assert after == dict(page.evaluate(FETCHED % WORDS))
    assert after["balance_outstanding"] == ["€9,876,643.16 more", "up", "bad"]


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
        expect(page.locator(".agenda")).to_have_count(3)
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


def test_the_focus_stays_on_a_request_while_others_come_and_go(visit: Visit, clinic: Sql) -> None:
    clinic.execute(
        "insert into booking (patient_name, date) values ('Grace', clock.today() + 3), ('Emmy', clock.today() + 2)"
    )
    page = live(visit)
    row = page.get_by_role("listitem").filter(has_text="Grace")
    row.get_by_role("button", name="Accept").focus()
    clinic.execute("insert into booking (patient_name, date) values ('Kurt', clock.today() + 1)")
    expect(page.locator("#panel-queue").locator("xpath=../..").get_by_text("Kurt")).to_be_visible()
    expect(row.get_by_role("button", name="Accept")).to_be_focused()
    clinic.execute("delete from booking where patient_name in ('Kurt', 'Emmy')")
    expect(page.get_by_text("Emmy")).to_have_count(0)
    expect(row.get_by_role("button", name="Accept")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 820, 1280, 1440])
def test_whatever_the_connections_words_the_header_keeps_its_height(
    visit: Visit, width: int, complaints: Complaints
) -> None:
    complaints.expect("htmx:error: timeout")  # the page's clock runs faster than the server
    stage = stopped_clock(page := visit(viewport={"width": width, "height": 800}))
    tall = "document.querySelector('header').getBoundingClientRect().height"
    stage.snapshot(1, 100)
    see_words(page, "Live")
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


def test_a_shift_would_be_seen(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 1440, "height": 900})
    page.evaluate(PAINTED)
    page.evaluate(SHIFTS)
    page.evaluate("document.querySelector('main').prepend(document.createElement('hr'), 'A line that pushes')")
    until(lambda: page.evaluate("window.shifts.length > 0"), what="a shift")


def test_the_page_is_light_and_asks_nobody_else(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    network = page.context.new_cdp_session(page)
    asked: dict[str, str] = {}
    travelled: dict[str, float] = {}
    network.on("Network.requestWillBeSent", lambda sent: asked.update({sent["requestId"]: sent["request"]["url"]}))
    network.on("Network.loadingFinished", lambda one: travelled.update({one["requestId"]: one["encodedDataLength"]}))
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.reload()
    see_words(page, "Live", timeout=30)
    expect(page.locator("day-chart").last).to_have_attribute("data-drawn", "1", timeout=15_000)
    until(lambda: page.evaluate("1") and set(asked) == set(travelled), what="the end of every answer")
    assert {urlsplit(url).netloc for url in asked.values()} <= {urlsplit(page.url).netloc, ""}  # "": data: addresses
    sizes = {url: travelled[one] for one, url in asked.items()}
    assert any(url.endswith("uplot.min.js") for url in sizes)
    assert sum(sizes.values()) <= 150_000, sizes


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


def test_a_desk_shows_every_number_and_chart_without_scrolling(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 1440, "height": 900})
    for seen in page.locator(".tile, day-chart, #panel-queue").all():
        box = seen.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    cut = "calls => calls.filter(c => c.scrollWidth > c.clientWidth).map(c => c.textContent)"
    assert page.locator(".tile__call").evaluate_all(cut) == []


def test_open_tables_need_no_sideways_scrolling_on_the_smallest_phone(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 320, "height": 640})
    for summary in page.locator(".chart__summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


SCREENS: dict[str, tuple[str, dict[str, Any]]] = {
    "light": ("/", {"color_scheme": "light"}),
    "dark": ("/", {"color_scheme": "dark"}),
    "phone": ("/", {"viewport": {"width": 390, "height": 844}}),
    "wall": ("/?tv=1", {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "dark"}),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_in_the_way_of_assistive_technology(visit: Visit, clinic: Sql, screen: str) -> None:
    path, options = SCREENS[screen]
    page = live(visit, path, **options)
    page.locator("details").evaluate_all("all => all.forEach(details => { details.open = true; })")
    assert violations(page) == []
    clinic.execute("insert into payment (bill_id, amount) values (1, 40)")
    clinic.execute("insert into booking (patient_id, date) values (1, clock.today())")
    see_today(page, "money", "€100.00", "€40.00")
    see_number(page, "bookings_pending", "1", timeout=20)
    expect(page.locator(".is-changed")).to_have_count(0, timeout=15_000)
    assert violations(page) == []


def test_the_checker_finds_what_is_broken(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(found.startswith("button-name") for found in violations(page))
