"""The page at the edge of attention: its title, its voice, its keys, and the screen it keeps awake."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reading import see_words

Sql = psycopg.Connection[Any]

BADGED = re.compile(r"^data:image/svg\+xml,.*circle")
PLAIN = re.compile(r"favicon.*\.svg$")


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


def test_whoever_may_not_see_bookings_is_told_no_number(visit: Visit, sql: Sql) -> None:
    witness, page = visit(), visit("store")
    see_words(witness, "Live")
    see_words(page, "Live")
    book(sql)
    sql.execute("insert into inventory_item (name, quantity) values ('Gauze', 0)")
    expect(witness).to_have_title(re.compile(r"^\(1\) "))
    expect(page.locator("#tile-inventory_items_total .tile__value")).to_have_text("1")
    expect(page).to_have_title(re.compile("^Dashboard · "))
