"""Closing a day in a real browser while money is being taken elsewhere."""

from __future__ import annotations

from typing import Any

import psycopg
from playwright.sync_api import expect

from clinic.billing.models import DayClose
from tests.browser.conftest import Visit
from tests.browser.reading import see_words

Sql = psycopg.Connection[Any]


def test_takings_move_under_a_count_that_is_being_typed_and_the_sheet_tells_what_came_after(
    visit: Visit, sql: Sql
) -> None:
    sql.execute("insert into patient (first_name, last_name) values ('Ada', 'Lovelace')")
    sql.execute("insert into bill (patient_id, service_fee) values (1, 100)")
    page = visit("cashier", "/day-close/")
    see_words(page, "Live")
    page.get_by_label("Counted cash").fill("40")
    sql.execute("insert into payment (bill_id, amount) values (1, 40)")
    expect(page.locator("[data-method=cash]")).to_have_text("€40.00")
    expect(page.get_by_label("Counted cash")).to_have_value("40")
    page.get_by_role("button", name="Close the day").click()
    expect(page.get_by_text("The day is closed.")).to_be_visible()
    expect(page.get_by_text("Nothing has come since.")).to_be_visible()
    assert DayClose.objects.get().cash.difference == 0
    see_words(page, "Live")
    sql.execute("insert into payment (bill_id, amount, method) values (1, 25, 'card')")
    expect(page.locator("[data-since=card]")).to_have_text("€25.00")


def test_no_page_of_amounts_scrolls_sideways_on_a_narrow_phone(visit: Visit, sql: Sql) -> None:
    sql.execute("insert into patient (first_name, last_name) values ('Ada', 'Lovelace')")
    sql.execute("insert into bill (patient_id, service_fee) values (1, 1234567.89)")
    sql.execute("insert into payment (bill_id, amount, method) values (1, 234567.89, 'transfer')")
    for path in ("/day-close/", "/patients/1/statement/", "/patients/1/statement/?since=2026-01-01"):
        page = visit("cashier", path, viewport={"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        page.close()  # before the tables are emptied and its patient is gone
