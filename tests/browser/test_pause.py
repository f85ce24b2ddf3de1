"""A paused page holds everything that moves by itself, says how much waits, and jumps to now when resumed."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_number, see_words
from tests.browser.test_interruption import SERVER_GONE
from tests.browser.test_socket import StoppedClock
from tests.waiting import until
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]

DETAIL = ".live__detail"
STILL = "document.querySelector('main').innerHTML"
SHOWN = """() => ({
  tiles: [...document.querySelectorAll(".tile")].map((tile) => [tile.dataset.value, tile.innerText]),
  lines: [...document.querySelectorAll(".spark__path")].map((path) => path.getAttribute("d")),
  panels: [...document.querySelectorAll(".panel")].map((panel) => panel.innerText),
  days: [...document.querySelectorAll(".days")].map((table) => table.textContent),
})"""
CHANGES = (
    "insert into patient (first_name) values ('Grace')",
    "insert into booking (patient_id, date) values (1, clock.today() + 1)",
    "insert into booking (patient_id, date, status) values (1, clock.today(), 'confirmed')",
    "insert into inventory_item (name, quantity) values ('Gauze', 0)",
    "insert into bill (patient_id, service_fee) values (1, 70)",
)


@pytest.fixture
def clinic(sql: Sql) -> Sql:
    """A patient who asked for an appointment."""
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("insert into booking (patient_id, date) values (1, clock.today() + 2)")
    return sql


def live(visit: Visit) -> Page:
    """Open the page, live and with its charts drawn."""
    page = visit()
    see_words(page, "Live")
    for chart in page.locator("day-chart").all():
        expect(chart).to_have_attribute("data-drawn", "1")
    return page


def pause(page: Page) -> None:
    page.get_by_role("button", name="Pause").click()
    see_words(page, "Paused")


def resume(page: Page) -> None:
    page.get_by_role("button", name="Resume").click()
    see_words(page, "Live")


def test_nothing_moves_until_the_page_is_resumed_and_then_all_of_it_does(visit: Visit, clinic: Sql) -> None:
    page, witness = live(visit), live(visit)
    pause(page)
    before, told = page.evaluate(STILL), witness.evaluate(SHOWN)
    for statement in CHANGES:
        clinic.execute(statement)

    def moved(kind: str, least: int) -> bool:
        return sum(now != then for now, then in zip(witness.evaluate(SHOWN)[kind], told[kind], strict=True)) >= least

    for kind, least in {"tiles": 10, "lines": 3, "panels": 4, "days": 2}.items():
        until(lambda kind=kind, least=least: moved(kind, least), what=f"another page on which the {kind} moved")
    expect(page.locator(DETAIL)).to_contain_text("wait")
    assert page.evaluate(STILL) == before
    resume(page)
    until(lambda: page.evaluate(SHOWN) == witness.evaluate(SHOWN), what="a page that shows what the other does")


def test_a_paused_page_says_how_many_changes_wait(visit: Visit) -> None:
    stage = StoppedClock(visit)
    page = stage.page
    stage.snapshot(10, 100)
    see_number(page, "patients_total", "100")
    pause(page)
    stage.say("heartbeat", 10, mode="live")
    stage.frame(11, 10, 101)
    page.clock.run_for(1_000)
    expect(page.locator(DETAIL)).to_have_text(" · 1 change waits")
    stage.frame(12, 11, 102)
    stage.frame(13, 12, 103)
    page.clock.run_for(1_000)
    expect(page.locator(DETAIL)).to_have_text(" · 3 changes wait")
    see_number(page, "patients_total", "100")
    resume(page)
    see_number(page, "patients_total", "103")
    pause(page)
    expect(page.locator(DETAIL)).to_contain_text("numbers from")


def test_what_is_done_on_a_paused_page_shows_where_it_was_done(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    pause(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    expect(page.locator(DETAIL)).to_contain_text("wait")
    see_number(page, "bookings_pending", "1")
    assert clinic.execute("select status from booking").fetchall() == [("confirmed",)]
    resume(page)
    see_number(page, "bookings_pending", "0")
    see_number(page, "bookings_confirmed", "1")


def test_an_answer_asked_for_before_the_pause_waits_too(visit: Visit, clinic: Sql) -> None:
    page = live(visit)
    held: list[Route] = []
    page.route("**/dashboard/today/", lambda route: route.continue_() if held else held.append(route))
    clinic.execute("insert into booking (patient_name, date) values ('Grace', clock.today() + 1)")
    until(lambda: page.evaluate("1") and held, what="a request for the panel")
    pause(page)
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/dashboard/today/")):
        held[0].continue_()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.get_by_text("Grace")).to_have_count(0)
    resume(page)
    expect(page.get_by_text("Grace").first).to_be_visible()


def test_a_paused_page_that_hears_nothing_says_so(
    visit: Visit, server: WebServer, clinic: Sql, complaints: Complaints
) -> None:
    complaints.expect(*SERVER_GONE, "WebSocket")
    page = live(visit)
    pause(page)
    server.stop()
    expect(page.locator(".live__text")).to_have_text("Paused · no connection")
    clinic.execute("insert into patient (first_name) values ('Grace')")
    server.start()
    expect(page.locator(".live__text")).to_have_text(re.compile(r"^Paused · \d+ changes? waits?$"))
    see_number(page, "patients_total", "1")
    resume(page)
    see_number(page, "patients_total", "2")
