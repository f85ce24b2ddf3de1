"""Somebody who asks for pages and sends forms by HTTP, as they come through a balancer, and sees what is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PAUSE_SECONDS = 0.5
ANSWER_SECONDS = 60.0
PAGE = "/patients/new/"
TRIES = 3
"""A process that takes no connection gets no request: the next one does, as `option redispatch` in HAProxy."""


class Hidden(HTMLParser):
    """Finds what a form sends without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a hidden input."""
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.fields[str(told["name"])] = told.get("value") or ""


class Visitor:
    """Asks for a page again and again. `refused` counts what was not answered, or with a server's error."""

    def __init__(self, choose: Callable[[], int], session_key: str) -> None:
        self.answered = self.refused = 0
        self.slowest = 0.0
        self._choose = choose
        self._cookies = {"sessionid": session_key}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Visitor:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def begin_row(self) -> None:
        """Count from here on."""
        self.answered = self.refused = 0
        self.slowest = 0.0

    def _look(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            begun = monotonic()
            status, _words = self.ask(PAGE)
            self.slowest = max(self.slowest, monotonic() - begun)
            self.answered += 1
            self.refused += status == 0 or status >= 500

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Ask once; returns the status, 0 when there was no answer, and the page."""
        for _ in range(TRIES):
            address = f"http://127.0.0.1:{self._choose()}{path}"
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            headers = {"Accept": "text/html", "Cookie": cookies}
            request = Request(address, urlencode(data).encode() if data else None, headers)
            try:
                with urlopen(request, timeout=ANSWER_SECONDS) as response:
                    for given in response.headers.get_all("Set-Cookie", []):
                        self._cookies |= {name: each.value for name, each in SimpleCookie(given).items()}
                    return response.status, response.read().decode()
            except HTTPError as error:
                return error.code, error.read().decode()
            except URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    return 0, str(error)
            except OSError as error:
                return 0, str(error)
        return 0, "no process took the connection"


def register(visitor: Visitor, **typed: str) -> tuple[int, str]:
    """Send the form of a new patient; returns the status and the page that came of it."""
    _status, page = visitor.ask(PAGE)
    hidden = Hidden()
    hidden.feed(page)
    return visitor.ask(PAGE, {**hidden.fields, **typed})
