"""The dashboard around its tiles: changes in words, the focus, the network, and assistive technology."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.board import Sql, clinic, live, see_today
from tests.browser.conftest import Visit
from tests.browser.reading import see_number, see_words
from tests.waiting import until

__all__ = ["clinic"]

WORDS = "tiles => tiles.map(t => { const c = t.querySelector('.tile__change');" + (
    " return [t.dataset.metric, [c.textContent, c.dataset.direction, c.dataset.tone]]; })"
)
FETCHED = """async () => {
  const html = await (await fetch("/dashboard/stats/")).text();
  const tiles = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".tile")];
  return (%s)(tiles);
}"""


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


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
    until(lambda: page.evaluate("1") and set(asked) <= set(travelled), what="the end of every answer")
    assert {urlsplit(url).netloc for url in asked.values()} <= {urlsplit(page.url).netloc, ""}  # "": data: addresses
    network.detach()  # and with it the order to keep nothing
    sizes = {url: travelled[one] for one, url in asked.items()}
    assert any(url.endswith("uplot.min.js") for url in sizes)
    assert sum(sizes.values()) <= 150_000, sizes


def test_a_desk_shows_every_number_and_chart_without_scrolling(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 1440, "height": 900})
    for seen in page.locator(".tile, day-chart, #panel-queue").all():
        box = seen.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
    cut = "calls => calls.filter(c => c.scrollWidth > c.clientWidth).map(c => c.textContent)"
    assert page.locator(".tile__call").evaluate_all(cut) == []


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
