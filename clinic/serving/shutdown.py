"""The end of a web process, on daphne and on uvicorn: told to stop, it lets nobody wait in vain and cuts nobody short.

SIGTERM or SIGINT begins it. `/readyz` says no from then on, sockets are closed a few at a time so that their pages dial
another process, requests that run are given `STOP_SECONDS` to finish, and then the server is told to stop. A second
signal stops at once. daphne itself would cut all requests, uvicorn would wait for a download without an end.

Place: `clinic.asgi` has every request pass through it, and hands it what ends the live half.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


class Shutdown:
    """Knows the requests that run, and brings the process to its end.

    `let_go` has pages and programs go elsewhere; it is awaited before requests are waited for. `delivered` waits until
    what was handed to a server's `send` has left the process.
    """

    def __init__(
        self, let_go: Callable[[], Awaitable[None]], delivered: Callable[[Any], Awaitable[None]] | None = None
    ) -> None:
        self._let_go = let_go
        self._delivered = delivered
        self._requests: set[asyncio.Task[Any]] = set()
        self._ending: asyncio.Task[None] | None = None
        self._servers: dict[int, Any] = {}
        self._has_cut = False

    async def serve(self, application: Application, scope: Scope, receive: Any, send: Any) -> None:
        """Serve a request that is waited for at the end."""
        task = asyncio.current_task()
        assert task is not None
        self._requests.add(task)
        try:
            await application(scope, receive, send)
            if self._delivered is not None:
                await self._delivered(send)
        finally:
            self._requests.discard(task)

    def heed_signals(self) -> None:
        """Take the server's place as the one whom signals are for; it is told when all is done."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            self._servers[number] = signal.getsignal(number)
            signal.signal(number, lambda number, frame: self._take(loop, number, frame))

    def _take(self, loop: asyncio.AbstractEventLoop, number: int, frame: FrameType | None) -> None:
        if self._ending is None and not loop.is_closed():
            loop.call_soon_threadsafe(self._begin, number)
        else:
            _tell(self._servers[number], number, frame)

    def _begin(self, number: int) -> None:
        if self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(self._end(number))

    async def _end(self, number: int) -> None:
        try:
            await self._let_go()
            await self._finish_requests()
        except Exception:
            log.exception("the end did not go as it should; stopping all the same")
        _tell(self._servers[number], number, None, at_once=self._has_cut)

    async def _finish_requests(self) -> None:
        if not self._requests:
            return
        log.info("waiting for %d requests, for %d s at most", len(self._requests), settings.STOP_SECONDS)
        _done, running = await asyncio.wait(self._requests, timeout=settings.STOP_SECONDS)
        for task in running:
            task.cancel()
        if running:
            self._has_cut = True
            log.warning("%d requests were cut short", len(running))
            await asyncio.wait(running, timeout=1)


def _tell(handler: Any, number: int, frame: FrameType | None, *, at_once: bool = False) -> None:
    """Tell the server; uvicorn by its own flags, or it would end as if killed by the signal and not with 0.

    `at_once`: it would wait until those who were cut short have read what lies ready for them, which they may never.
    """
    server: Any = getattr(handler, "__self__", None)
    if hasattr(server, "should_exit"):
        server.should_exit = True
        server.force_exit |= at_once
    elif callable(handler):
        handler(number, frame)
    else:
        signal.signal(number, handler or signal.SIG_DFL)
        signal.raise_signal(number)
