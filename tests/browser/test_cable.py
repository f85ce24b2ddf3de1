"""A network falls silent, breaks or comes back, a machine sleeps, a clock is set: the page sees it and recovers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import numbers, see_number, see_words
from tests.browser.test_interruption import SERVER_GONE
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
AN_HOUR = timedelta(hours=1)
OLD = re.compile(r"^Numbers from \d\d:\d\d, \d+ (s|min|h) old$")


@pytest.fixture
def cable(server: WebServer, complaints: Complaints) -> Iterator[Cable]:
    """A way to the server that can be cut."""
    complaints.expect(*SERVER_GONE, "WebSocket", "ERR_INTERNET_DISCONNECTED", "htmx:error: timeout", "ERR_ABORTED")
    with Cable(server.port) as cable:
        yield cable


@pytest.fixture
def page(visit: Visit, cable: Cable, sql: Sql) -> Page:
    """A live page at the cable's other end, with one patient, and a clock that can be set."""
    sql.execute("insert into patient (first_name) values ('Ada')")
    page = visit()
    page.clock.install()
    page.goto(cable.url)
    see_words(page, "Live")
    see_number(page, "patients_total", "1")
    page.evaluate("window.stayed = true")
    return page


def recovers(page: Page, sql: Sql, patients: int) -> None:
    """See what was written meanwhile, then what is written now, on the page that was open all the time."""
    see_words(page, "Live")
    see_number(page, "patients_total", str(patients))
    add_patient(sql)
    see_number(page, "patients_total", str(patients + 1))
    assert page.evaluate("window.stayed"), "the page was loaded again"


def add_patient(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Grace')")


def test_a_cut_cable_is_told_in_words_and_a_mended_one_brings_the_numbers(page: Page, cable: Cable, sql: Sql) -> None:
    before = numbers(page)
    cable.cut()
    add_patient(sql)
    see_words(page, "Reconnecting…")
    assert numbers(page) == before
    page.clock.run_for(20_000)
    expect(page.locator(".live__text")).to_have_text(OLD)
    assert numbers(page) == before
    cable.mend()
    recovers(page, sql, 2)


def test_a_network_that_went_and_came_back_is_used_at_once(page: Page, cable: Cable, sql: Sql) -> None:
    cable.cut()
    cable.tear_out()
    page.context.set_offline(True)
    see_words(page, "Reconnecting…")
    add_patient(sql)
    cable.mend()
    page.context.set_offline(False)
    recovers(page, sql, 2)


def test_a_machine_that_slept_says_how_old_its_numbers_are_until_it_has_new_ones(
    page: Page, cable: Cable, sql: Sql
) -> None:
    before = numbers(page)
    cable.cut()
    add_patient(sql)
    page.clock.fast_forward(AN_HOUR // timedelta(milliseconds=1))
    expect(page.locator(".live__text")).to_have_text(OLD)
    assert numbers(page) == before
    cable.mend()
    recovers(page, sql, 2)


@pytest.mark.parametrize(("leap", "words"), [(AN_HOUR, "Numbers from"), (-AN_HOUR, "Reconnecting…")])
def test_a_clock_that_is_set_leaves_the_page_right_and_watchful(
    page: Page, cable: Cable, sql: Sql, leap: timedelta, words: str
) -> None:
    cable.cut()
    page.clock.set_system_time(datetime.now(UTC) + leap)
    add_patient(sql)
    expect(page.locator(".live__words")).to_contain_text(words)
    cable.mend()
    recovers(page, sql, 2)
