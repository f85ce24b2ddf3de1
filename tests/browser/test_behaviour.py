"""The page at the edge of attention: its title, its voice, its keys."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.reading import see_number, see_words
from tests.browser.test_socket import Stage, StoppedClock

Sql = psycopg.Connection[Any]

BADGED = re.compile(r"^data:image/svg\+xml,.*circle")
PLAIN = re.compile(r"favicon.*\.svg$")

VOICE = "[data-voice]"
HEAR = """() => {
  window.sentences = [];
  const region = document.querySelector("[data-voice]");
  new MutationObserver(() => window.sentences.push(region.textContent)).observe(region, {childList: true});
}"""


def sentences(page: Page) -> list[str]:
    """What the page said since the script `HEAR` ran."""
    return list(page.evaluate("window.sentences"))


def metrics(pending: int, out_of_stock: int, patients: int) -> dict[str, list[Any]]:
    """Numbers as they travel."""
    keys = {"bookings_pending": pending, "inventory_out_of_stock": out_of_stock, "patients_total": patients}
    return {key: [value, str(value)] for key, value in keys.items()}


def overheard(visit: Visit) -> Stage:
    """Open a page with its clock stopped, give it its first numbers, and take down from then on what it says."""
    stage = StoppedClock(visit)
    page = stage.page
    stage.say("snapshot", 1, mode="live", metrics=metrics(10, 0, 100), topics=[])
    see_number(page, "patients_total", "100")
    page.evaluate(HEAR)
    return stage


def book(sql: Sql, count: int = 1) -> None:
    """Write pending bookings down."""
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute(
        "insert into booking (patient_id, date, status)"
        " select 1, clock.today() + n, 'pending' from generate_series(1, %s) n",
        [count],
    )


def test_title_and_icon_follow_the_pending_bookings(visit: Visit, sql: Sql) -> None:
    page = visit()
    see_words(page, "Live")
    icon = page.locator('link[rel="icon"]')
    expect(page).to_have_title(re.compile("^Dashboard · "))
    expect(icon).to_have_attribute("href", PLAIN)
    book(sql, 12)
    expect(page).to_have_title(re.compile(r"^\(12\) Dashboard · "))
    expect(icon).to_have_attribute("href", BADGED)
    sql.execute("update booking set status = 'cancelled'")
    expect(page).to_have_title(re.compile("^Dashboard · "))
    expect(icon).to_have_attribute("href", PLAIN)


def test_a_page_without_tiles_counts_in_its_title_too(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/")
    see_words(page, "Live")
    book(sql)
    expect(page).to_have_title(re.compile(r"^\(1\) Patients · "))


def test_a_user_who_may_not_see_bookings_is_told_no_number(visit: Visit, sql: Sql) -> None:
    witness, page = visit(), visit("store")
    see_words(witness, "Live")
    see_words(page, "Live")
    book(sql)
    sql.execute("insert into inventory_item (name, quantity) values ('Gauze', 0)")
    expect(witness).to_have_title(re.compile(r"^\(1\) "))
    expect(page.locator("#tile-inventory_items_total .tile__value")).to_have_text("1")
    expect(page).to_have_title(re.compile("^Dashboard · "))


def test_an_outside_change_is_said_in_one_sentence(visit: Visit, sql: Sql) -> None:
    page = visit()
    see_words(page, "Live")
    expect(page.locator(VOICE)).to_have_attribute("aria-live", "polite")
    expect(page.locator(VOICE)).to_be_empty()
    book(sql, 2)
    expect(page.locator(VOICE)).to_have_text("Pending 2, up 2")


def test_of_several_changes_the_most_important_is_said_and_the_next_must_wait(visit: Visit) -> None:
    stage = overheard(visit)
    page = stage.page
    page.clock.run_for(5_000)
    assert sentences(page) == []

    stage.say("frame", 2, prev=1, metrics=metrics(10, 1, 101), topics=[])
    stage.say("frame", 3, prev=2, metrics=metrics(12, 1, 102), topics=[])
    see_number(page, "patients_total", "102")
    page.clock.run_for(5_000)
    assert sentences(page) == ["Pending 12, up 2"]

    stage.say("frame", 4, prev=3, metrics=metrics(12, 0, 103), topics=[])
    see_number(page, "patients_total", "103")
    page.clock.run_for(5_000)
    assert sentences(page) == ["Pending 12, up 2"]
    stage.say("heartbeat", 4, mode="live")
    page.clock.run_for(7_000)
    assert sentences(page) == ["Pending 12, up 2", "Out of stock 0, down 1"]


def test_a_paused_page_is_silent_and_tells_when_resumed(visit: Visit) -> None:
    stage = overheard(visit)
    page = stage.page
    page.clock.run_for(1_000)
    stage.say("frame", 2, prev=1, metrics=metrics(11, 0, 101), topics=[])
    see_number(page, "patients_total", "101")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(5_000)
    assert sentences(page) == []
    page.get_by_role("button", name="Resume").click()
    page.clock.run_for(1_000)
    assert sentences(page) == ["Pending 11, up 1"]


def test_g_and_a_letter_open_a_page_of_the_navigation(visit: Visit) -> None:
    page = visit("reception")
    see_words(page, "Live")
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_title(re.compile("^Bookings · "))


def test_a_slash_goes_to_the_search_and_no_key_fires_while_typing(visit: Visit) -> None:
    page = visit("reception", "/patients/")
    see_words(page, "Live")
    page.keyboard.press("/")
    field = page.locator('main input[type="search"]').first
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("gbp?/")
    expect(field).to_have_value("gbp?/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".live__words")).to_have_text("Live")
    expect(page).to_have_title(re.compile("Patients · "))


def test_p_pauses_and_a_modifier_makes_it_another_key(visit: Visit) -> None:
    page = visit()
    see_words(page, "Live")
    page.keyboard.press("Alt+p")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("p")
    see_words(page, "Paused")
    page.keyboard.press("p")
    see_words(page, "Live")


def test_the_list_of_keys_names_the_pages_of_the_role_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit("store")
    see_words(page, "Live")
    home = page.get_by_role("link", name="Inventory").first
    home.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Inventory")
    expect(dialog).not_to_contain_text("Bills")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(home).to_be_focused()
    button = page.get_by_role("button", name="Keyboard shortcuts")
    button.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_keys_switched_off_stay_off(visit: Visit) -> None:
    page = visit()
    see_words(page, "Live")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    see_words(page, "Live")
    for key in ("?", "p", "g", "b"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_label("Use these keys")).not_to_be_checked()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    see_words(page, "Paused")
