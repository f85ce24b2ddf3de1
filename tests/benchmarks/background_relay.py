"""The product's relay on a thread of this process, for rows that look into it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from clinic.live.messages import Frame
from clinic.live.relay import Relay


class BackgroundRelay:
    """The relay as in production; what it publishes goes nowhere."""

    def __init__(self) -> None:
        self.relay = Relay(self._publish)
        self._is_leading = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> BackgroundRelay:
        self._thread.start()
        assert self._is_leading.wait(20), "the relay did not come up"
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(20)

    def _run(self) -> None:
        self._task = self._loop.create_task(self.relay.run())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)

    async def _publish(self, _frame: Frame) -> None:
        self._is_leading.set()
