"""The cashier at work: one browser acts, a dashboard and a list that nobody touches follow."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_number, see_words

Sql = psycopg.Connection[Any]
PATIENCE = 20.0


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


@pytest.fixture
def till(sql: Sql) -> Sql:
    """Two bills of a patient, #1 of 100 and #2 of 30."""
    sql.execute("insert into patient (first_name, last_name) values ('Ada', 'Lovelace')")
    sql.execute("insert into bill (patient_id, service_fee) values (1, 100), (1, 30)")
    return sql


def watch(visit: Visit, path: str, role: str = "cashier") -> Page:
    """Open a page and wait until it is live; from then on nobody touches it."""
    page = visit(role, path)
    see_words(page, "Live", PATIENCE)
    return page


def see_tiles(board: Page, **texts: str) -> None:
    """Wait until tiles show their texts."""
    for key, text in texts.items():
        see_number(board, key, text, PATIENCE)


def see_status(page: Page, words: str) -> None:
    """Wait until the bill's page says its status."""
    expect(page.locator(".head .owed")).to_have_text(words, timeout=PATIENCE * 1000)


def see_listed(page: Page, number: int, words: str | None) -> None:
    """Wait until the list shows a bill with its status, or shows it no longer."""
    row = page.locator(f"#row-{number}")
    if words is None:
        expect(row).to_have_count(0, timeout=PATIENCE * 1000)
    else:
        expect(row).to_contain_text(words, timeout=PATIENCE * 1000)


def see_sum(page: Page, name: str, text: str) -> None:
    """Wait until the list comes to an amount."""
    expect(page.locator(f"[data-sum={name}]")).to_have_text(text, timeout=PATIENCE * 1000)


def followed(visit: Visit) -> tuple[Page, Page]:
    """Open the board and the list of open bills, which is not to be loaded again."""
    board, listed = watch(visit, "/", "manager"), watch(visit, "/bills/?status=open")
    listed.evaluate("window.stayed = true")
    return board, listed


def see_stayed(listed: Page) -> None:
    """Require that the list followed by itself."""
    assert listed.evaluate("window.stayed"), "the list was loaded again"


def test_a_bill_is_paid_in_part_by_the_form_and_the_rest_at_a_click(visit: Visit, till: Sql) -> None:
    board, listed = followed(visit)
    see_tiles(board, balance_outstanding="€130.00", bills_unpaid="2")
    see_sum(listed, "balance", "€130.00")
    page = watch(visit, "/bills/1/")
    page.get_by_role("link", name="Record payment").click()
    expect(page.get_by_label("Amount")).to_have_value("100.00")
    page.get_by_label("Amount").fill("40")
    page.get_by_label("Method").select_option("card")
    page.get_by_label("Reference").fill("R-1")
    page.get_by_role("button", name="Record payment").click()
    see_status(page, "partially paid")
    see_tiles(board, bills_partially_paid="1", amount_paid_total="€40.00", balance_outstanding="€90.00")
    see_listed(listed, 1, "partially paid")
    see_sum(listed, "balance", "€90.00")

    expect(page.locator(".take")).to_contain_text("€60.00")
    page.locator(".take").get_by_role("button", name="cash").click()
    see_status(page, "paid")
    see_tiles(board, bills_paid="1", revenue_total="€100.00", balance_outstanding="€30.00")
    see_listed(listed, 1, None)
    see_stayed(listed)


def test_a_refund_opens_a_bill_that_was_paid(visit: Visit, till: Sql) -> None:
    till.execute("insert into payment (bill_id, amount) values (1, 100)")
    board, listed = followed(visit)
    see_tiles(board, bills_paid="1", balance_outstanding="€30.00")
    see_listed(listed, 1, None)
    page = watch(visit, "/bills/1/")
    page.get_by_role("link", name="Refund").click()
    page.get_by_label("Amount").fill("25")
    page.get_by_label("Reason").fill("charged twice")
    page.get_by_role("button", name="Refund").click()
    see_status(page, "partially paid")
    expect(page.locator(".timeline")).to_contain_text("charged twice")
    see_tiles(board, bills_paid="0", amount_paid_total="€75.00", balance_outstanding="€55.00")
    see_listed(listed, 1, "partially paid")
    see_stayed(listed)


def test_a_void_bill_is_owed_by_nobody(visit: Visit, till: Sql) -> None:
    board, listed = followed(visit)
    page = watch(visit, "/bills/2/")
    page.get_by_role("link", name="Void").click()
    page.get_by_label("Reason").fill("wrong patient")
    page.get_by_role("button", name="Void").click()
    see_status(page, "void")
    see_tiles(board, bills_total="1", bills_unpaid="1", balance_outstanding="€100.00")
    see_listed(listed, 2, None)
    see_sum(listed, "balance", "€100.00")
    see_stayed(listed)


def test_an_open_bill_follows_the_money_of_others(visit: Visit, till: Sql) -> None:
    page = watch(visit, "/bills/1/")
    till.execute("insert into payment (bill_id, amount, reference) values (1, 30, 'R-7')")
    see_status(page, "partially paid")
    expect(page.locator(".take")).to_contain_text("€70.00")
    expect(page.locator(".timeline")).to_contain_text("R-7")
    page.locator(".take").get_by_role("button", name="card").click()
    see_status(page, "paid")
    assert till.execute("select amount, method from payment where id > 1").fetchall() == [(70, "card")]


def test_a_form_that_is_overtaken_says_by_whom_and_is_reviewed(visit: Visit, till: Sql, complaints: Complaints) -> None:
    complaints.expect("409")
    page = watch(visit, "/bills/1/pay/")
    page.get_by_label("Amount").fill("50")
    till.execute("insert into payment (bill_id, amount) values (1, 30)")
    expect(page.locator(".form__watch")).to_contain_text("Changed by a script (clinic) at", timeout=PATIENCE * 1000)
    expect(page.get_by_label("Amount")).to_have_value("50")
    page.get_by_role("button", name="Record payment").click()
    expect(page.locator(".conflict")).to_contain_text("€70.00 is left to pay")
    page.get_by_role("button", name="Record payment").click()
    expect(page).to_have_url(re.compile(r"/bills/1/$"))
    see_status(page, "partially paid")
    assert till.execute("select amount_paid from bill where id = 1").fetchone() == (80,)


def test_a_form_whose_bill_is_deleted_says_by_whom_and_keeps_what_was_typed(
    visit: Visit, till: Sql, complaints: Complaints
) -> None:
    complaints.expect("409")
    page = watch(visit, "/bills/2/pay/")
    page.get_by_label("Reference").fill("cheque 815")
    till.execute("delete from bill where id = 2")
    expect(page.locator(".form__watch")).to_contain_text("This bill was deleted by ", timeout=PATIENCE * 1000)
    page.get_by_role("button", name="Record payment").click()
    expect(page.locator(".conflict")).to_contain_text("This bill was deleted by ")
    expect(page.get_by_label("Amount")).to_have_value("30.00")
    expect(page.get_by_label("Reference")).to_have_value("cheque 815")
    expect(page.get_by_role("button", name="Record payment")).to_have_count(0)


def test_a_bill_is_printed_without_buttons(visit: Visit, till: Sql) -> None:
    page = watch(visit, "/bills/1/")
    expect(page.locator("button:visible").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("button:visible, a.button:visible, nav:visible")).to_have_count(0)
    expect(page.locator("#bill")).to_contain_text("Ada Lovelace")
    expect(page.get_by_text("Balance")).to_be_visible()
