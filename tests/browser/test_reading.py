"""The page can be read: without JavaScript, on a narrow screen, by keyboard, in the dark."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from clinic.stats.catalogue import METRICS
from tests.browser.conftest import Visit
from tests.browser.reading import numbers, see_words
from tests.waiting import until

Sql = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


def test_the_page_reads_without_javascript(visit: Visit, sql: Sql) -> None:
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1234)")
    page = visit(java_script_enabled=False)
    assert set(numbers(page)) == {metric.key for metric in METRICS}
    assert numbers(page)["patients_total"] == "1,234"
    expect(page.locator(".live__words")).to_have_text(re.compile(r"^Numbers from \d\d:\d\d:\d\d$"))
    page.get_by_role("link", name="Reload").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
@pytest.mark.parametrize("role", ["manager", "store"])
def test_no_width_needs_sideways_scrolling(visit: Visit, sql: Sql, width: int, role: str) -> None:
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1234)")
    sql.execute("insert into bill (patient_id, service_fee) values (1, 9999999.99)")
    for change in ("delete from patient where id > 1000", "update patient set archived_at = now() where id > 500"):
        sql.execute(change)  # so that the log has a long line
    page = visit(role, viewport={"width": width, "height": 700})
    until(lambda: page.evaluate("document.documentElement.scrollWidth") <= width, what=f"a page {width} pixels wide")


def test_a_phone_shows_one_column(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 800})
    lefts = page.locator(".tile").evaluate_all("tiles => tiles.map(t => t.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1


def test_a_definition_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit()
    help_text = page.locator("#help-revenue_total")
    expect(help_text).to_be_hidden()
    page.locator("#tile-revenue_total .tile__label").press("Enter")
    expect(help_text).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()


def ink_and_paper(page: Page) -> list[str]:
    style = "getComputedStyle(document.documentElement)"
    return list(page.evaluate(f"[{style}.color, {style}.backgroundColor]"))


def test_dark_is_the_twin_of_light(visit: Visit) -> None:
    light = ink_and_paper(visit(color_scheme="light"))
    dark = ink_and_paper(visit(color_scheme="dark"))
    assert not set(light) & set(dark)


def test_every_target_is_large_enough_for_a_finger(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 800})
    see_words(page, "Live")
    sizes = page.locator("button:visible").evaluate_all(
        "all => all.map(b => [b.textContent, b.offsetWidth, b.offsetHeight])"
    )
    assert [size for size in sizes if min(size[1:]) < 24] == []


def test_only_the_words_of_the_connection_are_announced(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("status")).to_have_count(1)
    see_words(page, "Live")
    expect(page.locator(".live__detail")).to_have_text(re.compile(r"^ · \d\d:\d\d:\d\d$"))
