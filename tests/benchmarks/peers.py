"""Other ways to bring a frame to many sockets, as ASGI applications; the servers run them beside the product's own.

Each receives the relay's frames from the same channel layer (Redis pub/sub).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from clinic.live import process  # noqa: E402
from clinic.live.messages import Frame, encode_frame  # noqa: E402
from clinic.stats.catalogue import BY_KEY, TOPICS  # noqa: E402

GROUP = os.environ["BENCHMARK_GROUP"]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class NaiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """What the tutorials show: a channel and a group membership for each socket."""

    async def connect(self) -> None:
        """Join the group and greet."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send(text_data='{"type":"snapshot","seq":0}')

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement."""

    async def live_frame(self, message: dict[str, Any]) -> None:
        """Encode the frame and send it."""
        await self.send(text_data=json.dumps({**message, "type": message["kind"]}))


tutorial: Any = ProtocolTypeRouter({"websocket": URLRouter([path("ws/live/", NaiveConsumer.as_asgi())])})


async def naive(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The same with the garbage collector spared, as the product spares it."""
    process.spare_the_collector()
    await tutorial(scope, receive, send)


_sends: set[Send] = set()
_tasks: set[asyncio.Task[None]] = set()


async def bare(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Only send: no rights, no acknowledgements, nothing for slow clients."""
    if scope["type"] != "websocket":
        return
    if not _tasks:
        process.spare_the_collector()
        _tasks.add(asyncio.create_task(_send_to_all()))
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type":"snapshot","seq":0}'})
    _sends.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    _sends.discard(send)


async def _send_to_all() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel("hub")
    await layer.group_add(GROUP, channel)
    while True:
        frame = Frame.from_layer(await layer.receive(channel))
        text = encode_frame(frame, frame.seq - 1, frozenset(BY_KEY), TOPICS)
        message = {"type": "websocket.send", "text": text}
        for send in list(_sends):
            await send(message)
