"""The charts of the dashboard, their tables, and the days by which they change."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.board import Sql, clinic, drawing, live, see_redrawn, see_today, today
from tests.browser.conftest import Visit

__all__ = ["clinic"]


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


def test_charts_are_drawn_again_for_the_dark_and_for_paper(visit: Visit, clinic: Sql) -> None:
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


def test_open_tables_need_no_sideways_scrolling_on_the_smallest_phone(visit: Visit, clinic: Sql) -> None:
    page = live(visit, viewport={"width": 320, "height": 640})
    for summary in page.locator(".chart__summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
