"""The way between browser and server, which a test may cut, mend and tear out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any


class Cable:
    """A TCP proxy on a thread of its own.

    Cut, it accepts and keeps what is sent, as a network does that silently loses its way; mended, it delivers it.
    Torn out, it closes every connection. `change` may rewrite what the server sends.
    """

    def __init__(self, port: int, change: Callable[[bytes], bytes] = lambda data: data) -> None:
        self._to = port
        self._change = change
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    def __enter__(self) -> Cable:
        self._thread.start()
        self._whole.set()
        starting = asyncio.start_server(self._join, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Lose everything on its way from now on, without a word."""
        self._soon(self._whole.clear)

    def mend(self) -> None:
        """Carry again, beginning with what was kept."""
        self._soon(self._whole.set)

    def tear_out(self) -> None:
        """Close every connection at both ends."""
        self._soon(self._abort)

    def _soon(self, act: Callable[[], Any]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (act(), done.set()))
        done.wait()

    async def _join(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            to_browser.close()
            return
        self._writers |= {to_browser, to_server}
        await asyncio.gather(
            self._carry(browser, to_server, lambda data: data), self._carry(server, to_browser, self._change)
        )
        self._writers -= {to_browser, to_server}

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Callable[[bytes], bytes]
    ) -> None:
        try:
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(change(data))
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        self._whole.set()
        self._abort()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        await asyncio.sleep(0)  # lets the transports close
