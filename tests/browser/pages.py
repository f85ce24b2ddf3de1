"""Pages that one test after another visits with: a renderer and a cache once filled are half of what a visit costs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

EMPTY = "/static/css/print.css"
"""Where a page waits for its next test: it has no script, and it is of the server, whose renderer stays."""
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


class Pages:
    """Pages of a browser, each in a profile of its own; one that is given back remembers nothing of its user."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._idle: dict[str, list[Page]] = {}

    def take(self, options: dict[str, Any]) -> Page:
        """Return a page of a profile with these options that nobody uses."""
        idle = self._idle.setdefault(repr(sorted(options.items())), [])
        return idle.pop() if idle else self._browser.new_context(**options).new_page()

    def give_back(self, page: Page, options: dict[str, Any]) -> None:
        """Leave the page's address and forget who was signed in; what a test closed is gone."""
        if page.is_closed():
            page.context.close()
            return
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.emulate_media(media="null")
        page.goto(self._url + EMPTY)
        page.context.clear_cookies()
        page.evaluate(FORGET)
        self._idle[repr(sorted(options.items()))].append(page)

    def close(self) -> None:
        """Close all that are idle."""
        for page in (page for idle in self._idle.values() for page in idle):
            page.context.close()
