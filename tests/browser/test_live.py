"""A row changes anywhere, and every open page shows it by itself."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.reading import noted, numbers, see_number, see_words, watch_tiles
from tests.waiting import until

Sql = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


def test_a_change_by_sql_moves_and_flashes_its_tile_and_nothing_else(visit: Visit, sql: Sql) -> None:
    page = visit()
    see_words(page, "Live")
    see_number(page, "patients_total", "0")
    watch_tiles(page)
    sql.execute("insert into patient (first_name) values ('Ada'), ('Grace')")
    see_number(page, "patients_total", "2")
    assert noted(page, "moved") == noted(page, "flashed") == {"patients_total"}
    expect(page.locator(".is-changed")).to_have_count(0)


def test_one_payment_moves_every_number_it_concerns(visit: Visit, sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("insert into bill (patient_id, service_fee) values (1, 100)")
    page = visit("cashier")
    see_words(page, "Live")
    see_number(page, "balance_outstanding", "€100.00")
    watch_tiles(page)
    sql.execute("insert into payment (bill_id, amount) values (1, 40)")
    see_number(page, "balance_outstanding", "€60.00")
    see_number(page, "amount_paid_total", "€40.00")
    see_number(page, "bills_unpaid", "0")
    see_number(page, "bills_partially_paid", "1")
    concerned = {"balance_outstanding", "amount_paid_total", "bills_unpaid", "bills_partially_paid"}
    assert noted(page, "moved") == concerned


def test_two_people_see_the_same_change_each_within_their_role(visit: Visit, sql: Sql) -> None:
    reception, store = visit("reception"), visit("store")
    for page in (reception, store):
        see_words(page, "Live")
        watch_tiles(page)
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("insert into inventory_item (name, quantity) values ('Gauze', 0)")
    see_number(reception, "patients_total", "1")
    see_number(store, "inventory_out_of_stock", "1")
    assert noted(reception, "moved") == {"patients_total"}
    assert noted(store, "moved") == {"inventory_out_of_stock", "inventory_items_total"}
    assert "patients_total" not in numbers(store)


def test_a_call_to_act_comes_and_goes_with_its_number(visit: Visit, sql: Sql) -> None:
    page = visit("store")
    see_words(page, "Live")
    call = page.get_by_text("Reorder now")
    expect(call).to_be_hidden()
    sql.execute("insert into inventory_item (name, quantity) values ('Gauze', 0)")
    expect(call).to_be_visible()
    sql.execute("update inventory_item set quantity = 500")
    expect(call).to_be_hidden()


def test_nothing_flashes_for_users_who_asked_for_less_motion(visit: Visit, sql: Sql) -> None:
    page = visit(reduced_motion="reduce")
    see_words(page, "Live")
    watch_tiles(page)
    sql.execute("insert into patient (first_name) values ('Ada')")
    see_number(page, "patients_total", "1")
    assert noted(page, "flashed") == set()


def test_a_paused_page_holds_still_and_catches_up(visit: Visit, sql: Sql) -> None:
    page = visit()
    witness = visit()
    see_words(page, "Live")
    page.get_by_role("button", name="Pause").click()
    see_words(page, "Paused")
    sql.execute("insert into patient (first_name) values ('Ada')")
    see_number(witness, "patients_total", "1")
    assert numbers(page)["patients_total"] == "0"
    page.get_by_role("button", name="Resume").click()
    see_number(page, "patients_total", "1")
    see_words(page, "Live")


def test_a_changed_table_is_told_to_the_lists_of_the_page(visit: Visit, sql: Sql) -> None:
    page = visit()
    see_words(page, "Live")
    page.evaluate(
        "document.querySelector('[data-live~=patient]').addEventListener('live-refresh', () => { window.told = true; })"
    )
    sql.execute("insert into patient (first_name) values ('Ada')")
    see_number(page, "patients_total", "1")
    until(lambda: page.evaluate("window.told"), what="a part told to look again")


def test_an_open_definition_stays_open_while_its_number_moves(visit: Visit, sql: Sql) -> None:
    page = visit()
    see_words(page, "Live")
    page.locator("#tile-patients_total .tile__label").click()
    sql.execute("insert into patient (first_name) values ('Ada')")
    see_number(page, "patients_total", "1")
    with page.expect_response("**/dashboard/stats/"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('refreshStats', {bubbles: true}))")
    expect(page.locator("#help-patients_total")).to_be_visible()
