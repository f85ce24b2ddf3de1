"""A Chromium whose tabs really lie behind each other, sleep, and come back from the Back/Forward cache.

Playwright keeps every page visible and awake, so this one is driven by the DevTools protocol itself.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.waiting import PATIENCE_SECONDS, until


class Tab:
    """One page; `evaluate` gives what an expression comes to."""

    def __init__(self, browser: Chromium, target: str) -> None:
        self._browser = browser
        self._target = target
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method: str, **parameters: Any) -> Any:
        return self._browser.call(method, self._session, **parameters)

    def evaluate(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true; it is also tried while the page is being replaced."""
        until(lambda: self.evaluate(f"Boolean({expression})"), what=expression)

    def go(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def back(self) -> None:
        history = self.call("Page.getNavigationHistory")
        before = history["entries"][history["currentIndex"] - 1]
        self.call("Page.navigateToHistoryEntry", entryId=before["id"])

    def come_to_front(self) -> None:
        self._browser.call("Target.activateTarget", targetId=self._target)

    def sleep(self) -> None:
        self.call("Page.setWebLifecycleState", state="frozen")

    def wake(self) -> None:
        self.call("Page.setWebLifecycleState", state="active")


class Chromium:
    """The browser's end of the protocol: a call, and its answer."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._opened: list[str] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        number = next(self._numbers)
        to = {"sessionId": session} if session else {}
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters, **to}))
        while (answer := json.loads(self._socket.recv(timeout=PATIENCE_SECONDS))).get("id") != number:
            pass
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def open(self, url: str = "about:blank", session_key: str = "") -> Tab:
        """Open a tab in front of the others, signed in by a session's key."""
        self._opened.append(self.call("Target.createTarget", url="about:blank")["targetId"])
        tab = Tab(self, self._opened[-1])
        if session_key:
            tab.call("Network.setCookie", name="sessionid", value=session_key, url=url)
        tab.go(url)
        return tab

    def close_all(self) -> None:
        """Close the tabs and forget who was signed in."""
        while self._opened:
            self.call("Target.closeTarget", targetId=self._opened.pop())
        self.call("Storage.clearCookies")


@contextmanager
def chromium(program: str, folder: Path) -> Iterator[Chromium]:
    """Run a browser of its own, with a new profile in the folder."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    command = [program, *options, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port_file = folder / "DevToolsActivePort"
        port, path = until(lambda: port_file.exists() and port_file.read_text().split(), what="the browser's port")
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as socket:
            yield Chromium(socket)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)
