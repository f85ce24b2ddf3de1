"""The dashboard with its charts, for tests that look at all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.reading import see_words
from tests.waiting import until

Sql = psycopg.Connection[Any]
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.fixture
def clinic(sql: Sql) -> Iterator[Sql]:
    """A patient, a bill, and bookings around today."""
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute(
        "insert into booking (patient_id, date, status)"
        " select 1, clock.today() + n, 'confirmed' from generate_series(1, 9) n"
    )
    sql.execute("insert into bill (patient_id, service_fee) values (1, 100)")
    sql.execute("insert into inventory_item (name, quantity) values ('gauze', 0)")
    yield sql
    sql.execute("delete from stats.opening")


def live(visit: Visit, path: str = "/", role: str = "manager", **options: Any) -> Page:
    """Open the page, live and with its charts drawn."""
    page = visit(role, path, **options)
    see_words(page, "Live", timeout=30)
    for chart in page.locator("day-chart").all():
        expect(chart).to_have_attribute("data-drawn", "1", timeout=15_000)
    return page


def drawing(page: Page, chart: str) -> str:
    """The pixels of a chart."""
    return str(page.locator(f"#chart-{chart} canvas").evaluate("canvas => canvas.toDataURL()"))


def today(page: Page, chart: str) -> list[str]:
    """Today's row of a chart's table."""
    return page.locator(f"#days-{chart} [aria-current] data").all_text_contents()


def see_today(page: Page, chart: str, *texts: str) -> None:
    """Wait until today's row of a chart's table reads so."""
    expect(page.locator(f"#days-{chart} [aria-current] data")).to_have_text(list(texts), timeout=20_000)


def see_redrawn(page: Page, chart: str, before: str) -> None:
    """Wait until a chart's pixels are others."""
    is_other = "([chart, before]) => document.querySelector(`#chart-${chart} canvas`)?.toDataURL() !== before"
    until(lambda: page.evaluate(is_other, [chart, before]), what="another drawing")
