"""A browser's end of the socket, with a client library that shares no code with the server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets

from tests.waiting import PATIENCE_SECONDS
from tests.web_server import WebServer


class Client:
    """One open socket that keeps the numbers it was sent, as a page does."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.metrics: dict[str, list[Any]] = {}
        self.seq = -1

    async def receive(self, kind: str | None = None) -> dict[str, Any]:
        """Receive the next message, or the next of a kind; acknowledge and remember all of them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] == "error":
                    return message
                self.seq = message["seq"]
                self.metrics |= message.get("metrics", {})
                await self.socket.send(json.dumps({"ack": self.seq}))
                if kind in (None, message["type"]):
                    return message

    async def until(self, **wanted: int | str) -> dict[str, Any]:
        """Receive until the remembered metrics have the wanted values; returns the last message."""
        message: dict[str, Any] = {}
        while any(self.metrics.get(key, [None])[0] != value for key, value in wanted.items()):
            message = await self.receive()
        return message

    async def closed(self) -> int:
        """Wait for the server to close the socket; returns the close code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                while True:
                    await self.socket.recv()
            except websockets.ConnectionClosed as closing:
                return closing.rcvd.code if closing.rcvd else 1006


@asynccontextmanager
async def connected(server: WebServer, session_key: str = "", origin: str | None = None) -> AsyncIterator[Client]:
    """Open a socket with a session's cookie, from the server's own origin unless told otherwise."""
    cookie = {"Cookie": f"sessionid={session_key}"} if session_key else {}
    async with websockets.connect(
        server.socket_url, origin=origin or server.url, additional_headers=cookie, proxy=None
    ) as socket:
        yield Client(socket)
