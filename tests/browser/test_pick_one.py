"""The combobox that finds one row of many: with keyboard, mouse and finger; slow, failing and overtaken answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import Complaints, Visit

Sql = psycopg.Connection[Any]
FINDER = "**/patients/find/**"
PATIENTS = """
insert into patient (first_name, last_name, birth_date, phone, email) values
    ('Grace', 'Hopper', '1906-12-09', '0171 1906', 'grace@example.org'),
    ('Hannah', 'Hopper', '1990-02-01', '0171 1990', ''),
    ('Ada', 'Lovelace', '1815-12-10', '0170 1815', '')
"""


@pytest.fixture
def form(visit: Visit, sql: Sql) -> Page:
    """The form of a new booking in a clinic of three patients, two of them Hoppers."""
    sql.execute(PATIENTS)
    return visit("reception", "/bookings/new/")


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Registered patient")


def chosen(page: Page) -> str:
    return page.locator("input[name='patient']").input_value()


def said(page: Page) -> Locator:
    return page.locator(".field--patient").get_by_role("status")


def find(page: Page, text: str, count: int) -> None:
    """Type and wait for so many options of patients."""
    field(page).press_sequentially(text)
    expect(page.locator("[role='option'][data-value]")).to_have_count(count)


def active(page: Page) -> str | None:
    """The words of the option that assistive technology is told is active."""
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.dataset.text ?? null"
    )


def test_a_bill_asks_whom_it_is_for_and_is_begun_by_keyboard_alone(visit: Visit, sql: Sql) -> None:
    sql.execute(PATIENTS)
    page = visit("cashier", "/bills/")
    page.get_by_role("link", name="New bill").click()
    who = page.get_by_role("combobox", name="Patient")
    expect(who).to_be_focused()
    who.press_sequentially("lovelace")
    expect(page.get_by_role("option", name="Ada Lovelace")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New bill")).to_contain_text("Ada Lovelace")


def test_arrows_move_and_enter_chooses_without_sending_the_form(form: Page, sql: Sql) -> None:
    find(form, "hopper", 2)
    expect(field(form)).to_have_attribute("aria-expanded", "true")
    expect(said(form)).to_have_text("2 found.")
    assert active(form) is None
    form.keyboard.press("ArrowDown")
    assert active(form) == "Grace Hopper"
    form.keyboard.press("ArrowDown")
    assert active(form) == "Hannah Hopper"
    form.keyboard.press("ArrowUp")
    assert active(form) == "Grace Hopper"
    form.keyboard.press("Home")
    assert active(form) is None
    assert form.evaluate("document.activeElement.selectionStart") == 0
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    expect(field(form)).to_have_value("Grace Hopper")
    expect(field(form)).to_have_attribute("aria-expanded", "false")
    expect(said(form)).to_have_text("9 Dec 1906 · 0171 1906")
    expect(form.get_by_label("Patient's phone")).to_have_value("0171 1906")
    expect(form.get_by_label("Patient's e-mail")).to_have_value("grace@example.org")
    assert chosen(form) == "1"
    form.keyboard.press("Enter")
    assert form.url.endswith("/bookings/new/")
    assert sql.execute("select count(*) from booking").fetchone() == (0,)


def test_enter_chooses_the_only_one_and_points_at_the_first_of_several(form: Page) -> None:
    find(form, "hopper", 2)
    form.keyboard.press("Enter")
    assert active(form) == "Grace Hopper"
    assert chosen(form) == ""
    field(form).fill("lovelace")
    form.keyboard.press("Enter")  # before the answer
    expect(field(form)).to_have_value("Ada Lovelace")
    assert chosen(form) == "3"


def test_tab_takes_what_is_active_and_goes_on(form: Page) -> None:
    find(form, "hopper", 2)
    form.keyboard.press("ArrowUp")  # past the top: the last, which names somebody new
    form.keyboard.press("ArrowUp")
    form.keyboard.press("Tab")
    expect(field(form)).to_have_value("Hannah Hopper")
    expect(field(form)).not_to_be_focused()


def test_escape_closes_first_and_clears_then(form: Page) -> None:
    find(form, "hopper", 2)
    form.keyboard.press("Escape")
    expect(form.get_by_role("listbox")).to_be_hidden()
    expect(field(form)).to_have_value("hopper")
    form.keyboard.press("ArrowDown")
    expect(form.get_by_role("listbox")).to_be_visible()
    form.keyboard.press("Escape")
    form.keyboard.press("Escape")
    expect(field(form)).to_have_value("")


def test_leaving_with_a_text_says_that_nothing_is_chosen_and_coming_back_offers_it(form: Page) -> None:
    find(form, "hopper", 2)
    form.keyboard.press("Tab")
    expect(form.get_by_role("listbox")).to_be_hidden()
    expect(said(form)).to_have_text("Nothing is chosen yet.")
    field(form).focus()
    expect(form.locator(".pick__option")).to_have_count(3)


@pytest.mark.parametrize("is_touch", [False, True])
def test_a_click_or_a_tap_chooses_and_keeps_the_focus(visit: Visit, sql: Sql, is_touch: bool) -> None:
    sql.execute(PATIENTS)
    page = visit("reception", "/bookings/new/", has_touch=is_touch, viewport={"width": 390, "height": 844})
    find(page, "hopper", 2)
    option = page.get_by_role("option", name="Hannah Hopper")
    (option.tap if is_touch else option.click)()
    expect(field(page)).to_have_value("Hannah Hopper")
    expect(field(page)).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_choice_is_cleared_by_a_button_and_by_typing_over_it(form: Page) -> None:
    for clear in (lambda: form.get_by_role("button", name="Clear patient").click(), lambda: field(form).fill("Gr")):
        field(form).fill("grace")
        form.get_by_role("option", name="Grace Hopper").click()
        assert chosen(form) == "1"
        clear()
        assert chosen(form) == ""
        expect(field(form)).to_be_focused()
        expect(form.get_by_label("Patient's phone")).to_have_value("0171 1906")


def test_somebody_new_is_named_and_booked_without_being_registered(form: Page, sql: Sql) -> None:
    find(form, "Ada Byron", 0)
    expect(said(form)).to_have_text("No patient matches “Ada Byron”. A name and a phone are enough.")
    form.get_by_role("option", name="New patient named “Ada Byron”").click()
    expect(form.get_by_label("Patient's name")).to_have_value("Ada Byron")
    expect(form.get_by_label("Patient's phone")).to_be_focused()
    form.get_by_label("Date").fill("2027-01-04")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("heading", name="Ada Byron")).to_be_visible()
    assert sql.execute("select patient_id, patient_name from booking").fetchall() == [(None, "Ada Byron")]


def test_what_was_chosen_is_there_after_a_refusal_and_no_text_is_searched_again(
    form: Page, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect("422")
    field(form).fill("grace")
    form.get_by_role("option", name="Grace Hopper").click()
    form.get_by_label("Date").fill("")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("This field is required.")).to_be_visible()
    expect(field(form)).to_have_value("Grace Hopper")
    sql.execute("update patient set last_name = 'Murray' where id = 1")  # renamed by a colleague meanwhile
    form.get_by_label("Date").fill("2027-01-04")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("heading", level=1)).to_contain_text("Grace")
    assert sql.execute("select patient_id from booking").fetchall() == [(1,)]


def test_a_text_sent_unchosen_comes_back_and_is_offered_at_once(form: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    field(form).fill("hopper")
    form.get_by_label("Date").fill("2027-01-04")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("“hopper” was typed")).to_be_visible()
    expect(field(form)).to_be_focused()
    expect(form.locator(".pick__option")).to_have_count(3)
    expect(form.get_by_role("radio")).to_have_count(0)


def test_keys_of_an_input_method_choose_nothing(form: Page) -> None:
    find(form, "hopper", 2)
    form.keyboard.press("ArrowDown")
    for keys in ({"isComposing": True}, {"keyCode": 229}):
        form.evaluate(
            "keys => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'Enter', bubbles: true, cancelable: true, ...keys}))",
            keys,
        )
    assert chosen(form) == ""
    form.keyboard.press("Enter")
    assert chosen(form) == "1"


def test_an_answer_that_was_overtaken_is_dropped(form: Page) -> None:
    held: list[Route] = []
    form.route(FINDER, lambda route: held.append(route) if "q=hopper" in route.request.url else route.continue_())
    with form.expect_request(FINDER):
        field(form).fill("hopper")
    expect(said(form)).to_have_text("Searching…")
    field(form).fill("lovelace")
    expect(form.get_by_role("option", name="Ada Lovelace")).to_be_visible()
    for route in held:
        route.fulfill(body="<p>late</p><li role='option' data-value='1' data-text='late'>late</li>")
    field(form).press("ArrowDown")
    assert active(form) == "Ada Lovelace"


def test_a_search_is_asked_once_for_what_is_typed_in_one_go(form: Page) -> None:
    asked: list[str] = []
    form.on("request", lambda request: asked.append(request.url) if "/patients/find/" in request.url else None)
    find(form, "hopper", 2)
    assert len(asked) == 1


def fail(route: Route) -> None:
    route.fulfill(status=503, body="<h1>busy</h1>")


def cut(route: Route) -> None:
    route.abort()


def sign_out(route: Route) -> None:
    route.fulfill(headers={"HX-Redirect": "/login/"}, body="")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (fail, "The search did not answer. Type again to try once more."),
        (cut, "The search did not answer. Type again to try once more."),
        (sign_out, "You are signed out. Sign in again in another window, then type again."),
    ],
)
def test_a_search_that_fails_says_so(
    form: Page, complaints: Complaints, how: Callable[[Route], None], words: str
) -> None:
    complaints.expect("503", "ERR_FAILED")
    form.route(FINDER, how)
    field(form).fill("hopper")
    expect(said(form)).to_have_text(words)
    form.unroute(FINDER)
    find(form, "s", 0)
    field(form).fill("grace")
    expect(form.get_by_role("option", name="Grace Hopper")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_closed_nor_open_is_in_the_way(visit: Visit, sql: Sql, scheme: str) -> None:
    sql.execute(PATIENTS)
    page = visit("reception", "/bookings/new/", color_scheme=scheme)
    assert violations(page) == []
    find(page, "hopper", 2)
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    page.keyboard.press("Enter")
    assert violations(page) == []
