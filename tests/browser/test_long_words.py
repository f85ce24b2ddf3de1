"""Names without a space, as scripts write them, widen no page and break no label into letters."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit

Sql = psycopg.Connection[Any]
LONG = "Llanfairpwllgwyngyll" * 10
PATHS = (
    "/patients/",
    "/patients/1/",
    "/patients/1/edit/",
    "/patients/1/merge/",
    "/patients/1/merge/?other=2",
    "/patients/1/delete/",
    "/records/",
    "/records/1/",
    "/records/new/?patient=1",
    "/bookings/",
    "/bookings/1/",
    "/bookings/1/edit/",
    "/bookings/1/cancel/",
    "/bookings/calendar/",
    "/bookings/calendar/?practitioner=1",
    "/inventory/",
    "/inventory/1/",
    "/inventory/1/edit/",
    "/inventory/1/adjust/",
    "/inventory/reorder/",
    "/inventory/movements/",
    "/bills/",
    "/bills/1/",
    "/bills/1/pay/",
    "/patients/1/statement/",
    "/activity/",
    "/setup/",
    "/setup/services/1/",
    "/setup/practitioners/1/",
    "/book/",
    "/book/1/",
)
LISTS = (
    "/patients/",
    "/records/",
    "/bookings/",
    "/inventory/",
    "/inventory/reorder/",
    "/inventory/movements/",
    "/bills/",
)
WIDEST = "document.documentElement.scrollWidth"
BROKEN = """() => [...document.querySelectorAll(".table thead th")].flatMap((cell) => {
  const text = document.createNodeIterator(cell, NodeFilter.SHOW_TEXT), broken = [];
  for (let node = text.nextNode(); node; node = text.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/[^\\s-]+-?/g)) {
      const range = new Range();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (range.getClientRects().length > 1) broken.push(word);
    }
  }
  return broken;
})"""
"""Evaluates to the words of headings that stand on more than one line."""


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


@pytest.fixture
def long_names(sql: Sql) -> None:
    """One of everything with a name, a reason and an address that cannot be broken at a space."""
    sql.execute(
        f"insert into patient (first_name, last_name, email, phone, address, allergies, notes, external_ref)"
        f" select '{LONG}', '{LONG}', '{LONG}@example.org', '1', '{LONG}', '{LONG}', '{LONG}', '{LONG}' || n"
        f" from generate_series(1, 2) as n;"
        f"insert into practitioner (full_name, specialty) values ('{LONG}', '{LONG}');"
        f"insert into service (name) values ('{LONG}');"
        f"insert into blocked_day (practitioner_id, first_day, last_day, reason)"
        f" values (1, clock.today() + 1, clock.today() + 2, '{LONG}');"
        f"insert into booking (patient_id, patient_name, patient_email, practitioner_id, service_id, date, start_time,"
        f"  status, reason, notes, status_reason)"
        f" values (1, '{LONG}', '{LONG}', 1, 1, clock.today(), '09:00', 'confirmed', '{LONG}', '{LONG}', '{LONG}');"
        f"insert into medical_record (patient_id, booking_id, practitioner_id, chief_complaint, diagnosis,"
        f"  treatment_plan, notes) values (1, 1, 1, '{LONG}', '{LONG}', '{LONG}', '{LONG}');"
        f"insert into inventory_item (name, sku, category, quantity, reorder_level, expires_on)"
        f" values ('{LONG}', '{LONG}', '{LONG}', 2147483647, 2147483647, clock.today());"
        f"insert into bill (patient_id, booking_id, service_fee) values (1, 1, 9999999.99);"
        f"insert into payment (bill_id, amount, reference) values (1, 9999999.98, '{LONG}')"
    )


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("width", [320, 1440])
def test_a_name_without_a_space_widens_no_page(visit: Visit, width: int) -> None:
    page = visit("manager", viewport={"width": width, "height": 700})
    assert {path: wide for path in PATHS if (wide := _width(page, path)) > width} == {}, "pages that are too wide"


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("width", [720, 768, 900, 1100])
def test_the_headings_of_a_list_stay_words_beside_long_values(visit: Visit, width: int) -> None:
    page = visit("manager", viewport={"width": width, "height": 700})
    for path in LISTS:
        assert _width(page, path) <= width, path
        assert page.locator(".table thead th").count() > 3, path
        assert page.evaluate(BROKEN) == [], path


@pytest.mark.usefixtures("long_names")
def test_the_labels_of_two_patients_being_compared_stay_words(visit: Visit) -> None:
    page = visit("manager", "/patients/1/merge/?other=2", viewport={"width": 320, "height": 700})
    label = page.get_by_role("rowheader", name="Address")
    box = label.bounding_box()
    assert box
    assert label.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    one_word = page.evaluate(
        "cell => { const range = new Range(); range.selectNodeContents(cell); return range.getClientRects().length; }",
        label.element_handle(),
    )
    assert one_word == 1, "the word is broken into several lines"


def _width(page: Page, path: str) -> int:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
    return int(page.evaluate(WIDEST))
