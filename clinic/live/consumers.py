"""The socket at `/ws/live/`: lets staff in, hands their words to the hub, says why it closes.

Place: receives from the browser, hands to its subscriber in the hub; a fault ends this one socket.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from clinic.live import daphne, process
from clinic.live.access import Access
from clinic.live.admission import AdmissionError, admission
from clinic.live.counters import counted
from clinic.live.messages import BadMessageError, Close, decode_request, encode_error, to_socket
from clinic.live.subscriber import Subscriber


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One browser's socket.

    Channels makes a task of each message and looks at database connections on a thread before each; here no
    message but the first needs the database, and that one sees to its connection itself.
    """

    channel_layer_alias = "none: the hub is the only one of this process that listens to the layer"

    subscriber: Subscriber | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Coroutine[Any, Any, None]],
    ) -> None:
        """Take one message after the other until the socket ends."""
        self.scope, self.base_send, self.channel_layer = scope, send, None
        with suppress(StopConsumer):
            while True:
                message = await receive()
                if message["type"] == "websocket.receive":
                    await self.receive(message.get("text"))
                else:
                    await self.dispatch(message)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the method that bears the message's name."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """Accept, then serve or say why not: only an accepted socket can carry a close code."""
        await self.accept()
        if process.is_closing():
            await self.close(int(Close.RESTARTING))
            return
        session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        heard = process.hub().rights_heard
        try:
            allowed = await admission.of_session(session_key) if session_key else None
        except AdmissionError:
            await self.close(int(Close.RESTARTING))  # which has the page dial again
            return
        if allowed is None:
            await self.close(int(Close.SIGNED_OUT))
        elif not allowed.audience.sections:
            await self.close(int(Close.NOT_ALLOWED))
        elif not process.hub().has_room(session_key):
            await self.close(int(Close.TOO_MANY))
        else:
            self._subscribe(allowed, heard)

    def _subscribe(self, allowed: Access, heard: int) -> None:
        hub = process.hub()
        self.subscriber = Subscriber(allowed, send=self.base_send, close=self._close, render=hub.render)
        hub.add(self.subscriber, heard)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement or a request for a snapshot."""
        if self.subscriber is None:
            return
        try:
            acknowledged = decode_request(text_data)
        except BadMessageError as error:
            await self.base_send(to_socket(encode_error(str(error))))
            await self._close(Close.BAD_MESSAGE)
            return
        if acknowledged is None:
            self.subscriber.start_over()
        else:
            self.subscriber.acknowledge(acknowledged)

    async def disconnect(self, code: int) -> None:
        """Leave the hub, however the socket ended."""
        if self.subscriber is not None:
            process.hub().remove(self.subscriber)
            self.subscriber.end()
            self.subscriber = None

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close with a code, on whatever server."""
        if code is not None:
            counted.closed[code] += 1
        if code is None or not daphne.close(self.base_send, code):
            await super().close(code, reason)

    async def _close(self, reason: Close) -> None:
        if self.subscriber is not None:
            process.hub().remove(self.subscriber)
            await self.close(int(reason))

    def __repr__(self) -> str:
        return f"<LiveConsumer {self.subscriber.access.username if self.subscriber else 'outside'}>"


application: Any = LiveConsumer.as_asgi()
