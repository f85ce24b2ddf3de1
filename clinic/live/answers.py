"""What a web process answers by HTTP before Django is asked, and the moment at which Django began to read.

Place: `clinic.asgi` asks it first; it reads the hub's memory and `admission`, and hands everything else to Django.

A page whose socket is down asks `/live/` for what the socket would be told at its beginning: numbers, and when each
table changed last. So a thousand pages without a socket cost as many look-ups of a session, read together.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import randint
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from clinic.live import process
from clinic.live.access import Access
from clinic.live.admission import AdmissionError, admission
from clinic.live.counters import counted
from clinic.live.shared import Application, Asked, Personal, Receive, Scope, Send, Shared, spelled, understood

POLLED = "/live/"
READ = b"live-read"
"""The header that tells a page how fresh an answer is: "epoch ms" of a moment before it was read."""
RETRY_SECONDS = (3, 8)


class Answers:
    """Django, with what is answered before it."""

    def __init__(self, django: Application, personal: Personal) -> None:
        self._django = django
        self._shared = Shared(django, lambda: process.hub().moment(), personal)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "GET" and scope["path"] == POLLED:
            await _poll(scope, send)
            return
        asked = await _asked_again(scope)
        if asked and await self._shared.answer(asked, scope, receive, send):
            return
        read = spelled(process.hub().moment())
        await self._django({**scope, "live_read": read}, receive, _stamping(send, read))


async def _asked_again(scope: Scope) -> Asked | None:
    """Find who asks again for a part of a page, and for which change; None for every other request."""
    headers = dict(scope["headers"])
    wanted = understood(headers.get(b"live-after", b"").decode("latin-1"))
    if scope["method"] != "GET" or headers.get(b"hx-request") != b"true" or wanted is None:
        return None
    try:
        allowed = await access_of(scope)
    except AdmissionError:
        return None  # Django says in words that the database is away
    return Asked(allowed.rights, scope["path"], scope["query_string"], wanted) if allowed else None


async def _poll(scope: Scope, send: Send) -> None:
    """Send what a socket is told at its beginning; 503 while this process does not know."""
    counted.asked_by_http += 1
    try:
        allowed = await access_of(scope)
    except AdmissionError:
        await _put_off(send)
        return
    hub = process.hub()
    if allowed is None:
        await respond(send, 401)
    elif not allowed.audience.sections:
        await respond(send, 403)
    elif hub.is_silent:
        await _put_off(send)
    else:
        text = hub.snapshot_for(allowed.audience)["text"]
        await respond(send, 200, [(b"content-type", b"application/json")], text.encode())


async def access_of(scope: Scope) -> Access | None:
    """Read what the sender's session may see; None for nobody's. Raises `AdmissionError`."""
    session_key = _cookie(scope["headers"], settings.SESSION_COOKIE_NAME)
    return await admission.of_session(session_key) if session_key else None


async def _put_off(send: Send) -> None:
    """Say that this process does not know now, and when to ask again: not all at the same moment."""
    await respond(send, 503, [(b"retry-after", str(randint(*RETRY_SECONDS)).encode())])  # noqa: S311


async def respond(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"") -> None:
    """Send a whole response, which nobody may keep."""
    kept = (b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *kept]})
    await send({"type": "http.response.body", "body": body})


def _cookie(headers: Iterable[tuple[bytes, bytes]], name: str) -> str:
    sent = (parse_cookie(value.decode("latin-1")).get(name) for key, value in headers if key == b"cookie")
    return next((value for value in sent if value), "")


def _stamping(send: Send, read: str) -> Send:
    """Add to a response the moment before which nothing of it was read."""

    async def stamped(message: dict[str, Any]) -> None:
        if read and message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (READ, read.encode())]}
        await send(message)

    return stamped
