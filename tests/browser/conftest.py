"""A real browser at the real server; whatever it complains about on its console fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.pages import Pages
from tests.services import chromium_path, headless_path
from tests.waiting import PATIENCE_SECONDS
from tests.web_server import WebServer

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


Prepare = Callable[[Page], None]


class Visit(Protocol):
    """Open a page as a user of a role, or as nobody; options are those of a Playwright context.

    `before` is given the page before it goes anywhere, to lay hands on its clock and its requests.
    """

    def __call__(
        self, role: str | None = "manager", path: str = "/", *, before: Prepare | None = None, **options: Any
    ) -> Page: ...


@dataclass
class Complaints:
    """What pages wrote on their console; words that a test expects are not held against it."""

    heard: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ("WebSocket is closed before the connection is established",)
    """From the start: a test that ends, or leaves the page, while the socket is being opened."""

    def expect(self, *words: str) -> None:
        """Pardon lines that contain one of the words."""
        self.expected += words

    def listen(self, page: Page) -> Callable[[], None]:
        """Hear a page's errors, warnings and uncaught exceptions; returns how to end that."""

        def written(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.heard.append(message.text)

        def thrown(error: Error) -> None:
            self.heard.append(str(error))

        def leave() -> None:
            page.remove_listener("console", written)
            page.remove_listener("pageerror", thrown)

        page.on("console", written)
        page.on("pageerror", thrown)
        return leave

    @property
    def unexpected(self) -> list[str]:
        """The lines that nobody pardoned."""
        return [line for line in self.heard if not any(word in line for word in self.expected)]


@pytest.fixture(scope="session")
def browser_with_windows() -> str:
    """A browser that has windows and tabs."""
    return chromium_path()


@pytest.fixture(scope="module")
def browser_program() -> str:
    """The browser to run; a module that needs windows, or what only they can do, names another."""
    return headless_path()


@pytest.fixture(scope="package")
def launched() -> Iterator[Callable[[str], Browser]]:
    """Launch each browser once for all tests of this folder.

    Only of this folder: while one runs, this thread has an event loop, which Django must tolerate and others cannot.
    """
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        running: dict[str, Browser] = {}

        def launch(program: str) -> Browser:
            if program not in running:
                running[program] = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            return running[program]

        yield launch
        for browser in running.values():
            browser.close()


@pytest.fixture(scope="module")
def browser(launched: Callable[[str], Browser], browser_program: str) -> Browser:
    """The browser of a module's tests."""
    return launched(browser_program)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fail the test for any complaint it did not expect."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected == []


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """Whether a module's tests visit with the same pages; one says so that leaves clock, network and media alone."""
    return False


@pytest.fixture(scope="module")
def pages(browser: Browser, web_server: WebServer) -> Iterator[Pages]:
    """The pages that a module's tests use one after another."""
    pages = Pages(browser, web_server.url)
    yield pages
    pages.close()


def arrive(page: Page, address: str) -> None:
    """Open an address; once more where a navigation is lost, which happens once in thousands with a stopped clock."""
    try:
        page.goto(address, timeout=10_000)
    except PlaywrightTimeoutError:
        page.goto(address)


@pytest.fixture
def visit(
    pages: Pages,
    shares_pages: bool,
    browser: Browser,
    shared_server: WebServer,
    sign_in: Callable[[str], str],
    sql: Any,
    complaints: Complaints,
) -> Iterator[Visit]:
    """Visit the server, each time with a browser profile of its own; all are left before `sql` empties the tables."""
    with ExitStack() as after:

        def open_page(
            role: str | None = "manager", path: str = "/", *, before: Prepare | None = None, **options: Any
        ) -> Page:
            if shares_pages and before is None:
                page = pages.take(options)
                after.callback(pages.give_back, page, options)
            else:
                page = browser.new_context(**options).new_page()
                after.callback(page.context.close)
            if role is not None:
                cookie = {"name": "sessionid", "value": sign_in(role), "url": shared_server.url}
                page.context.add_cookies([cookie])  # type: ignore[list-item]
            after.callback(complaints.listen(page))
            if before is not None:
                before(page)
            arrive(page, shared_server.url + path)
            return page

        yield open_page
