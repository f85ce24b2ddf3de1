"""Patients and records in a real browser, with a second one watching the numbers and the lists move."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Visit
from tests.browser.picking import pick
from tests.browser.reading import see_number, see_words

Sql = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


@pytest.fixture
def patients(sql: Sql) -> None:
    """Ada twice, and Grace."""
    sql.execute(
        "insert into patient (first_name, last_name, phone) values"
        " ('Ada', 'Lovelace', '555 0100'), ('Ada', 'King', '555 0101'), ('Grace', 'Hopper', '555 0102')"
    )
    sql.execute("insert into booking (patient_id, date, status) values (2, '2030-01-01', 'confirmed')")


def rows(page: Page) -> list[str]:
    """The names in the list."""
    return page.locator("#list tbody .table__cell--name").all_inner_texts()


def test_a_registered_patient_appears_in_every_open_list_and_tile(visit: Visit, sql: Sql) -> None:
    desk, list_elsewhere, board = visit("reception"), visit("clinician", "/patients/"), visit("manager")
    for page in (desk, list_elsewhere, board):
        see_words(page, "Live")
    desk.locator("#number-patients_total").click()
    desk.get_by_role("link", name="New patient").click()
    desk.get_by_label("First name").fill("Ada")
    desk.get_by_label("Last name").fill("Lovelace")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("The patient is registered.")).to_be_visible()
    expect(list_elsewhere.get_by_role("link", name="Lovelace, Ada")).to_be_visible()
    see_number(board, "patients_total", "1")


@pytest.mark.usefixtures("patients")
def test_a_list_refreshes_without_touching_what_is_being_typed(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/")
    see_words(page, "Live")
    box = page.get_by_label("Search")
    box.press_sequentially("love")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.evaluate("window.stayed = document.activeElement")
    sql.execute("insert into patient (first_name, last_name) values ('Linda', 'Lovelace')")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    assert page.evaluate("window.stayed === document.activeElement")
    box.press_sequentially("lace")
    expect(box).to_have_value("lovelace")
    expect(page).to_have_url(re.compile("q=lovelace&"))


@pytest.mark.usefixtures("patients")
def test_merging_moves_the_number_and_the_list_of_everybody(visit: Visit, sql: Sql) -> None:
    desk, board, elsewhere = visit("reception", "/patients/1/"), visit("manager"), visit("clinician", "/patients/")
    for page in (board, elsewhere):
        see_words(page, "Live")
    see_number(board, "patients_total", "3")
    desk.get_by_role("link", name="Merge").click()
    pick(desk.get_by_role("combobox", name="Patient"), "king", "King")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Merge").click()
    expect(desk.get_by_text("The two are one patient now.")).to_be_visible()
    expect(desk.locator(".timeline__one--booking")).to_have_count(1)
    see_number(board, "patients_total", "2")
    expect(elsewhere.locator("#list tbody tr")).to_have_count(2)


@pytest.mark.usefixtures("patients")
def test_a_prescription_takes_from_the_store_before_everybodys_eyes(
    visit: Visit, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect("422")
    sql.execute("insert into inventory_item (name, quantity) values ('Gauze', 2)")
    sql.execute("insert into medical_record (patient_id, diagnosis) values (1, 'Bronchitis')")
    room, colleague, store = visit("clinician", "/records/1/"), visit("clinician", "/records/1/"), visit("store")
    for page in (colleague, store):
        see_words(page, "Live")
    prescribe(room, quantity="3")
    expect(room.get_by_text("Only 2 of Gauze are left, 3 were asked for.")).to_be_visible()
    prescribe(room, quantity="2")
    expect(colleague.locator("#prescription-1")).to_contain_text("Gauze")
    see_number(store, "inventory_out_of_stock", "1")
    room.get_by_role("button", name="Remove").click()
    expect(colleague.locator("#prescription-1")).to_have_count(0)
    see_number(store, "inventory_out_of_stock", "0")


def prescribe(page: Page, quantity: str) -> None:
    pick(page.get_by_label(re.compile("^Item")), "gau", "2 left")
    page.get_by_label("Quantity").fill(quantity)
    page.get_by_role("button", name="Prescribe").click()


@pytest.mark.usefixtures("patients")
def test_a_form_being_edited_is_told_of_a_change_and_never_overwritten(
    visit: Visit, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect("409")
    mine, theirs = visit("reception", "/patients/1/edit/"), visit("clinician", "/patients/1/edit/")
    see_words(mine, "Live")
    mine.get_by_label("Notes").fill("half-typed")
    mine.get_by_label("Phone").fill("111")
    theirs.get_by_label("Phone").fill("999")
    theirs.get_by_role("button", name="Save").click()
    expect(mine.locator(".form__changed")).to_contain_text("Changed by clinician at ")
    expect(mine.get_by_label("Notes")).to_have_value("half-typed")
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator(".conflict")).to_contain_text("Changed by clinician at ")
    choice = mine.get_by_role("group", name="Phone")
    expect(choice).to_contain_text("Stored now, last changed by clinician: 999")
    choice.get_by_label("Yours").check()
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Saved.")).to_be_visible()
    assert sql.execute("select phone, notes from patient where id = 1").fetchone() == ("111", "half-typed")


@pytest.mark.usefixtures("patients")
def test_what_was_typed_for_a_patient_who_is_deleted_meanwhile_is_saved_as_a_new_one(
    visit: Visit, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect("409")
    mine, theirs = visit("reception", "/patients/3/edit/"), visit("manager", "/patients/3/delete/")
    see_words(mine, "Live")
    mine.get_by_label("Notes").fill("half-typed")
    theirs.get_by_role("button", name="Delete").click()
    expect(mine.locator(".form__changed")).to_contain_text("This patient was deleted by manager at ")
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator(".conflict")).to_contain_text("This patient was deleted by manager at ")
    expect(mine.get_by_label("Notes")).to_have_value("half-typed")
    mine.get_by_role("button", name="Save as a new one").click()
    expect(mine.get_by_text("The patient is registered.")).to_be_visible()
    kept = sql.execute("select last_name, notes from patient where first_name = 'Grace'").fetchall()
    assert kept == [("Hopper", "half-typed")]


@pytest.mark.usefixtures("patients")
def test_a_change_of_another_patient_says_nothing_in_an_open_form(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/1/edit/")
    see_words(page, "Live")
    with page.expect_response("**/changed/patient/1/**"):
        sql.execute("update patient set phone = '1' where id = 3")
    expect(page.locator(".form__changed")).to_have_count(0)


@pytest.mark.usefixtures("patients")
def test_leaving_unsaved_changes_is_warned_about_and_saving_is_not(visit: Visit, sql: Sql) -> None:
    asked: list[str] = []

    def stay(page: Page) -> None:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page = visit("reception", "/patients/1/edit/", before=stay)
    page.get_by_label("Notes").fill("half-typed")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_label("Notes")).to_have_value("half-typed")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert asked == ["beforeunload"]


@pytest.mark.usefixtures("patients")
def test_a_double_click_on_save_registers_one_patient(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/new/")
    page.get_by_label("First name").fill("Jean")
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_text("The patient is registered.")).to_be_visible()
    assert sql.execute("select count(*) from patient where first_name = 'Jean'").fetchone() == (1,)


SUBMIT_TWICE = """form => {
    const refused = [];
    addEventListener("submit", event => { refused.push(event.defaultPrevented); event.preventDefault(); });
    form.requestSubmit();
    form.requestSubmit();
    return refused;
}"""


def test_a_form_that_was_sent_is_not_sent_again(visit: Visit) -> None:
    page = visit("reception", "/patients/new/")
    page.get_by_label("First name").fill("Jean")
    assert page.locator("form[data-unsaved]").evaluate(SUBMIT_TWICE) == [False, True]


@pytest.mark.usefixtures("patients")
def test_a_patient_is_registered_by_keyboard_alone(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/new/")
    page.keyboard.type("Jean")
    page.keyboard.press("Tab")
    page.keyboard.type("Bartik")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jean Bartik")).to_be_visible()


@pytest.mark.usefixtures("patients")
@pytest.mark.parametrize("path", ["", "1/", "1/edit/", "1/merge/?other=2", "1/delete/"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_width_needs_sideways_scrolling(visit: Visit, sql: Sql, path: str, width: int) -> None:
    page = visit("manager", f"/patients/{path}", viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("patients")
def test_lists_and_pages_read_without_javascript(visit: Visit, sql: Sql) -> None:
    page = visit("reception", "/patients/?q=lovelace", java_script_enabled=False)
    assert rows(page) == ["Lovelace, Ada"]
    page.get_by_role("link", name="Lovelace, Ada").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Ada Lovelace is archived.")).to_be_visible()
