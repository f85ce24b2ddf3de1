"""What is said beside a field covers nothing, numbers stand under each other, and choices are read whole."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Visit
from tests.browser.picking import pick

Sql = psycopg.Connection[Any]
SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
COVERED = """(said) => {
  const range = new Range();
  range.selectNodeContents(said);
  const mine = range.getBoundingClientRect();
  const isApart = (box) => mine.right <= box.left || box.right <= mine.left
    || mine.bottom <= box.top || box.bottom <= mine.top;
  const others = [...document.querySelectorAll("label, strong, p, button, table, input:not([type=hidden]), select")];
  return others.filter((one) => !one.contains(said) && one.getClientRects().length)
    .filter((one) => !isApart(one.getBoundingClientRect())).map((one) => one.textContent || one.name);
}"""
"""Evaluates to what the words of an element lie on."""
CUT = """(select) => {
  const style = getComputedStyle(select), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
  return [...select.options].map((one) => one.text).filter((text) => pen.measureText(text).width > room);
}"""
"""Evaluates to the choices that are wider than their select, less its arrow."""


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


def covered(page: Page) -> list[str]:
    return list(page.locator(".pick__said").evaluate(COVERED))


@pytest.fixture
def ward(sql: Sql) -> Sql:
    """A record of somebody who is allergic to what the store holds, and what was prescribed before a bill was paid."""
    sql.execute("insert into patient (first_name, allergies) values ('Ada', 'Amoxicillin')")
    sql.execute("insert into inventory_item (name, sku, quantity, unit_price) values ('Amoxicillin', 'RV-AMX', 50, 9)")
    sql.execute("insert into medical_record (patient_id) values (1)")
    return sql


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_what_is_said_of_an_item_covers_neither_the_warning_nor_a_label(
    visit: Visit, ward: Sql, complaints: Complaints, size: dict[str, int]
) -> None:
    complaints.expect("422")
    page = visit("clinician", "/records/1/", viewport=size)
    pick(page.get_by_role("combobox", name="Item"), "amox", "Amoxicillin")
    expect(page.locator(".pick__said")).to_have_text("RV-AMX · 50 left")
    assert covered(page) == []
    page.get_by_role("button", name="Prescribe").click()
    expect(page.locator(".caution")).to_be_visible()
    expect(page.locator(".pick__said")).to_have_text("RV-AMX · 50 left")
    assert covered(page) == []


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_what_a_filter_found_covers_nothing(visit: Visit, sql: Sql, size: dict[str, int]) -> None:
    sql.execute("insert into practitioner (full_name) select 'Dr. ' || n from generate_series(101, 160) n")
    page = visit("reception", "/bookings/", viewport=size)
    page.get_by_role("combobox", name="Practitioner").fill("Dr. 123")
    expect(page.locator(".pick__said")).to_have_text("1 found.")
    assert covered(page) == []


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_fields_of_a_line_stand_on_one_line_with_their_button(visit: Visit, ward: Sql, size: dict[str, int]) -> None:
    page = visit("clinician", "/records/1/", viewport=size)
    box, button = (
        page.get_by_label("Dosage").bounding_box(),
        page.get_by_role("button", name="Prescribe").bounding_box(),
    )
    assert box is not None
    assert button is not None
    assert abs((box["y"] + box["height"] / 2) - (button["y"] + button["height"] / 2)) < 3


def test_numbers_of_medicine_stand_right(visit: Visit, ward: Sql) -> None:
    ward.execute("insert into prescription (record_id, item_id, quantity) values (1, 1, 2)")
    decide = visit("cashier", "/bills/medicine/1/")
    numbers = decide.locator(".medicine :is(th, td):not(:first-child)")
    expect(numbers).to_have_count(6)
    assert set(numbers.evaluate_all("cells => cells.map((one) => getComputedStyle(one).textAlign)")) == {"end"}


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/bookings/", "/bills/", "/inventory/", "/records/"])
def test_every_choice_of_a_filter_is_read_whole(visit: Visit, ward: Sql, path: str, size: dict[str, int]) -> None:
    selects = visit("manager", path, viewport=size).locator(".filters select").all()
    assert selects
    assert [text for select in selects for text in select.evaluate(CUT)] == []
