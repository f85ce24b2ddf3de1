"""Open pages: sockets that keep up, notice silence and dial again as a browser does, and remember what they showed."""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import websockets

SILENCE_SECONDS = 12.0
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.25, 15.0
MESSAGES_PER_ACK = 16
SHOWN, TWIN = "patients_total", "people_total"
"""What a page remembers; and what counts the same, in a version that `of_restarts` makes."""


@dataclass
class Shown:
    """A number that a page showed: when, in which mode, and the port of the process that it came from."""

    at: float
    number: int
    mode: str
    port: int


@dataclass
class Page:
    """One page. It dials the process that `choose` says, as a balancer does."""

    choose: Callable[[], int]
    session_key: str
    shown: list[Shown] = field(default_factory=list)
    port: int = 0
    is_open: bool = False
    dials: int = 0
    longest_gap: float = 0.0
    """The longest time from the end of a socket to the first live number on the next."""
    torn: int = 0
    """How often two numbers that are always the same were not."""
    numbers: dict[str, int] = field(default_factory=dict)
    _epoch: str = ""
    _seq: int = -1
    _mode: str = ""
    _lost_at: float | None = None
    _attempt: int = 0
    _received: int = 0

    async def live(self) -> None:
        """Be open until cancelled."""
        while True:
            self.port = self.choose()
            self.dials += 1
            with suppress(OSError, TimeoutError, websockets.WebSocketException):
                await self._be_open()
            self.is_open = False
            self._lost_at = self._lost_at or monotonic()
            ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2**self._attempt)
            self._attempt += 1
            await asyncio.sleep(random.uniform(0, ceiling))

    async def _be_open(self) -> None:
        address = f"127.0.0.1:{self.port}"
        cookie = {"Cookie": f"sessionid={self.session_key}"}
        dialled = websockets.connect(
            f"ws://{address}/ws/live/",
            origin=f"http://{address}",  # type: ignore[arg-type]
            additional_headers=cookie,
            proxy=None,
            open_timeout=SILENCE_SECONDS,
            close_timeout=0.2,
        )
        async with dialled as socket:
            self.is_open = True
            while True:
                message = json.loads(await asyncio.wait_for(socket.recv(), SILENCE_SECONDS))
                if reply := self._take(message):
                    await socket.send(json.dumps(reply))

    def _take(self, message: dict[str, Any]) -> dict[str, Any] | None:
        kind, seq = message["type"], message["seq"]
        self._attempt = 0
        self._received += 1
        is_next = message["epoch"] == self._epoch and message.get("prev", seq) == self._seq
        if kind != "snapshot" and not is_next:
            self._seq = -1  # nothing counts until the next snapshot
            return {"resync": True}
        self._epoch, self._seq = message["epoch"], seq
        self._mode = message.get("mode", self._mode)
        self._note_numbers(kind, {key: int(float(value)) for key, (value, _text) in message.get("metrics", {}).items()})
        self.shown.append(Shown(monotonic(), self.numbers.get(SHOWN, -1), self._mode, self.port))
        if self._lost_at and self._mode == "live":
            self.longest_gap, self._lost_at = max(self.longest_gap, monotonic() - self._lost_at), None
        return {"ack": seq} if kind != "frame" or self._received % MESSAGES_PER_ACK == 0 else None

    def _note_numbers(self, kind: str, told: dict[str, int]) -> None:
        self.numbers = told if kind == "snapshot" else self.numbers | told
        self.torn += self.numbers.get(TWIN, self.numbers.get(SHOWN)) != self.numbers.get(SHOWN)

    def begin_row(self) -> None:
        """Forget what was seen but for what is shown now."""
        del self.shown[:-1]
        self.longest_gap, self.torn = 0.0, 0


class Crowd:
    """Pages on an event loop of their own thread."""

    def __init__(self, choose: Callable[[], int], session_keys: Sequence[str]) -> None:
        self.pages = [Page(choose, key) for key in session_keys]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Crowd:
        self._thread.start()
        for page in self.pages:
            self._soon(page.live)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _soon(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run_coroutine_threadsafe(work(), self._loop)

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
