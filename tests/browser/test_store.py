"""The store in a real browser, with the manager's numbers and an open list moving along."""

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
PATIENCE = 20


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


@pytest.fixture(autouse=True)
def in_a_hurry(complaints: Complaints) -> None:
    """Pages are left as soon as they are there, their sockets half open."""
    complaints.expect("WebSocket is closed before the connection is established")


@pytest.fixture
def gauze(sql: Sql) -> None:
    """Gauze that ran out, and a record to prescribe it in."""
    sql.execute("insert into inventory_item (name, sku, reorder_level) values ('Gauze', 'G-1', 5)")
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("insert into medical_record (patient_id, diagnosis) values (1, 'Graze')")


def see_stock(page: Page, quantity: str, status: str) -> None:
    """Wait until the list shows the quantity and the status."""
    expect(page.locator("#row-1 .table__cell--quantity")).to_have_text(quantity, timeout=PATIENCE * 1000)
    expect(page.locator("#row-1 .table__cell--stock_status")).to_have_text(status, timeout=PATIENCE * 1000)


def see_tiles(page: Page, low: str, out: str) -> None:
    """Wait until the tiles show how many items are low and how many are out."""
    see_number(page, "inventory_low_stock", low, PATIENCE)
    see_number(page, "inventory_out_of_stock", out, PATIENCE)


def receive(page: Page, note: str, quantity: str) -> None:
    """Put a delivery of gauze into stock."""
    page.get_by_label("Delivery note").fill(note)
    pick(page.get_by_label(re.compile("^Item")).first, "gau", "Gauze")
    page.get_by_label("Quantity").first.fill(quantity)
    page.get_by_role("button", name="Put into stock").click()
    expect(page.get_by_text("The delivery is in stock.")).to_be_visible(timeout=PATIENCE * 1000)


def prescribe(page: Page, left: int, quantity: int) -> None:
    """Prescribe gauze in the open record."""
    pick(page.get_by_label(re.compile("^Item")), "gau", f"{left} left")
    page.get_by_label("Quantity").fill(str(quantity))
    page.get_by_role("button", name="Prescribe").click()
    expect(page.locator("[id^=prescription-]").first).to_be_visible(timeout=PATIENCE * 1000)


@pytest.mark.usefixtures("gauze")
def test_stock_comes_in_runs_low_and_runs_out_before_everybodys_eyes(visit: Visit, sql: Sql) -> None:
    board, shelf = visit("manager"), visit("store", "/inventory/")
    for page in (board, shelf):
        see_words(page, "Live", PATIENCE)
    see_tiles(board, low="0", out="1")
    see_stock(shelf, "0", "Out of stock")
    receive(visit("store", "/inventory/receive/"), "D-17", "6")
    see_tiles(board, low="0", out="0")
    see_stock(shelf, "6", "In stock")
    room = visit("clinician", "/records/1/")
    prescribe(room, left=6, quantity=2)
    see_tiles(board, low="1", out="0")
    see_stock(shelf, "4", "Low stock")
    room.reload()
    prescribe(room, left=4, quantity=4)
    see_tiles(board, low="0", out="1")
    see_stock(shelf, "0", "Out of stock")
    ledger = "select change, reason, source from stock_movement order by id"
    assert sql.execute(ledger).fetchall() == [
        (6, "delivery", "store"),
        (-2, "dispensed", "clinician"),
        (-4, "dispensed", "clinician"),
    ]


@pytest.mark.usefixtures("gauze")
def test_a_count_that_was_overtaken_is_reviewed_and_the_books_move_under_the_form(
    visit: Visit, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect("409")
    page = visit("store", "/inventory/1/adjust/")
    see_words(page, "Live", PATIENCE)
    page.get_by_label("Number").fill("8")
    sql.execute("update inventory_item set quantity = 9")
    expect(page.get_by_text("9 on the books")).to_be_visible(timeout=PATIENCE * 1000)
    expect(page.get_by_label("Number")).to_have_value("8")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".conflict")).to_contain_text("moved +9 at ", timeout=PATIENCE * 1000)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Counted: 8 are there.")).to_be_visible(timeout=PATIENCE * 1000)
    assert sql.execute("select quantity from inventory_item").fetchone() == (8,)


@pytest.mark.usefixtures("gauze")
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_width_of_the_store_needs_sideways_scrolling(visit: Visit, sql: Sql, width: int) -> None:
    sql.execute("update inventory_item set quantity = 1")
    page = visit("manager", "/inventory/", viewport={"width": width, "height": 700})
    for path in ("", "1/", "1/edit/", "1/adjust/", "1/delete/", "new/", "receive/", "reorder/", "movements/"):
        page.goto(page.url.partition("/inventory/")[0] + f"/inventory/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.usefixtures("gauze")
def test_the_store_reads_and_receives_without_javascript(visit: Visit, sql: Sql) -> None:
    page = visit("store", "/inventory/?q=gau", java_script_enabled=False)
    page.get_by_role("link", name="Gauze").click()
    expect(page.get_by_text("Nothing has moved yet.")).to_be_visible()
    page.get_by_role("link", name="Receive").click()
    page.get_by_label("Delivery note").fill("D-1")
    page.get_by_label("Quantity").first.fill("4")
    page.get_by_role("button", name="Put into stock").click()
    expect(page.get_by_text("The delivery is in stock.")).to_be_visible()
    assert sql.execute("select quantity from inventory_item").fetchone() == (4,)


@pytest.mark.usefixtures("gauze")
@pytest.mark.parametrize("is_scripted", [True, False])
def test_a_delivery_grows_and_keeps_what_was_typed(
    visit: Visit, sql: Sql, complaints: Complaints, is_scripted: bool
) -> None:
    complaints.expect("422")
    page = visit("store", "/inventory/receive/?item=1", java_script_enabled=is_scripted)
    page.get_by_label("Delivery note").fill("D-1")
    page.get_by_label("Quantity").first.fill("4")
    page.get_by_role("button", name="More lines").click()
    expect(page.get_by_label("Quantity")).to_have_count(12, timeout=PATIENCE * 1000)
    last = page.get_by_label(re.compile("^Item")).last
    page.get_by_label("Quantity").last.fill("3")
    if is_scripted:
        pick(last, "gau", "Gauze")
    else:
        last.fill("gau")
        page.get_by_role("button", name="Put into stock").click()
        page.get_by_role("radio", name="Gauze").check()
    page.get_by_role("button", name="Put into stock").click()
    expect(page.get_by_text("The delivery is in stock.")).to_be_visible(timeout=PATIENCE * 1000)
    assert sql.execute("select quantity from inventory_item").fetchone() == (7,)


@pytest.mark.usefixtures("gauze")
def test_a_note_entered_before_is_warned_about_while_it_is_typed(visit: Visit, sql: Sql) -> None:
    sql.execute(
        "select set_config('clinic.stock_reason', 'delivery', false), set_config('clinic.stock_note', 'D-1', false)"
    )
    sql.execute("update inventory_item set quantity = 9")
    page = visit("store", "/inventory/receive/")
    page.get_by_label("Delivery note").fill("D-1")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Delivery note D-1 was entered before")).to_be_visible(timeout=PATIENCE * 1000)
    receive(page, "D-1", "1")
    expect(page.get_by_text("Look whether it came twice.")).to_be_visible()


@pytest.mark.usefixtures("gauze")
def test_the_open_page_of_an_item_follows_it_until_it_is_deleted(visit: Visit, sql: Sql) -> None:
    page = visit("store", "/inventory/1/")
    see_words(page, "Live", PATIENCE)
    sql.execute("update inventory_item set quantity = 3")
    expect(page.locator("[data-quantity]")).to_have_text("3", timeout=PATIENCE * 1000)
    expect(page.locator(".ledger__one")).to_have_count(1, timeout=PATIENCE * 1000)
    sql.execute("delete from inventory_item")
    expect(page.get_by_text("This inventory item was deleted by ")).to_be_visible(timeout=PATIENCE * 1000)


@pytest.mark.usefixtures("gauze")
def test_paper_shows_what_to_order_as_a_table_and_nothing_to_click(visit: Visit, sql: Sql) -> None:
    page = visit("store", "/inventory/reorder/", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    expect(page.locator("#row-1")).to_be_visible()
    for hidden in (".filters", ".list__export", ".head__actions", ".nav"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("#row-1").evaluate("row => getComputedStyle(row).display") == "table-row"
