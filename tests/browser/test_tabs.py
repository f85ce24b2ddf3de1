"""A tab that lies behind others, sleeps, or comes back by the Back button shows the right numbers without a reload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.browser.cable import Cable
from tests.browser.tabs import Chromium, Tab, chromium
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]

LIVE = "document.documentElement.dataset.live === 'live'"
BADGED = "document.querySelector('link[rel=icon]').href.startsWith('data:image/svg')"


@pytest.fixture(scope="module")
def running(browser_with_windows: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser of this module's own."""
    with chromium(browser_with_windows, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def tabs(running: Chromium) -> Iterator[Chromium]:
    """The browser, with no tab of another test."""
    yield running
    running.close_all()


@pytest.fixture
def tab(tabs: Chromium, server: WebServer, sql: Sql, sign_in: Callable[[str], str]) -> Tab:
    """A manager's live page."""
    return live(tabs.open(server.url, sign_in("manager")))


def live(tab: Tab) -> Tab:
    """Wait until the page is live, and mark it, so that a reload would be noticed."""
    tab.until(LIVE)
    tab.evaluate("window.stayed = true")
    return tab


def shows(key: str, value: int) -> str:
    """An expression: a tile has a value, and the page is the one it was."""
    return f"window.stayed && document.querySelector('#tile-{key}')?.dataset.value === '{value}'"


def book(sql: Sql, count: int) -> None:
    """Write pending bookings down."""
    sql.execute(
        "insert into booking (date, patient_name) select clock.today(), n from generate_series(1, %s) n", [count]
    )


def test_a_hidden_tab_counts_in_its_title_and_on_its_icon_and_is_right_when_it_comes_back(
    tab: Tab, tabs: Chromium, sql: Sql
) -> None:
    tabs.open()
    tab.until("document.hidden")
    book(sql, 12)
    tab.until("document.title.startsWith('(12) ')")
    tab.until(BADGED)
    book(sql, 1)
    tab.come_to_front()
    tab.until("!document.hidden")
    tab.until(shows("bookings_pending", 13))
    tab.until(LIVE)


def test_a_tab_that_slept_catches_up_when_it_wakes(tab: Tab, tabs: Chromium, sql: Sql) -> None:
    tab.evaluate("document.addEventListener('freeze', () => { window.slept = true; })")
    tabs.open()
    tab.until("document.hidden")
    tab.sleep()
    book(sql, 3)
    tab.wake()
    tab.come_to_front()
    tab.until("window.slept")
    tab.until(shows("bookings_pending", 3))
    tab.until(LIVE)


def test_a_tab_that_slept_while_its_server_restarted_catches_up(
    tab: Tab, tabs: Chromium, sql: Sql, server: WebServer
) -> None:
    tabs.open()
    tab.until("document.hidden")
    tab.sleep()
    server.stop()
    book(sql, 4)
    server.start()
    tab.wake()
    tab.come_to_front()
    tab.until(shows("bookings_pending", 4))
    tab.until(LIVE)


def test_a_page_out_of_the_back_forward_cache_connects_again(
    tabs: Chromium, server: WebServer, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    # Some browsers keep pages in spite of no-store; this one does when it is not told.
    with Cable(server.port, lambda data: data.replace(b"no-store", b"no-cache")) as cable:
        tab = live(tabs.open(cable.url, sign_in("manager")))
        tab.evaluate("addEventListener('pageshow', (event) => { window.kept = event.persisted; })")
        tab.go("about:blank")
        tab.until("location.href === 'about:blank'")
        book(sql, 5)
        tab.back()
        tab.until("window.kept")
        tab.until(shows("bookings_pending", 5))
        tab.until(LIVE)
        book(sql, 1)
        tab.until(shows("bookings_pending", 6))


def test_a_page_that_may_not_be_kept_is_fetched_again_by_the_back_button(tab: Tab, sql: Sql) -> None:
    tab.go("about:blank")
    tab.until("location.href === 'about:blank'")
    book(sql, 2)
    tab.back()
    tab.until("document.querySelector('#tile-bookings_pending')?.dataset.value === '2'")
    tab.until(LIVE)
