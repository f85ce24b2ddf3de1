"""Answers made for one reader and sent to all who may see the same and ask for nothing newer.

Place: asked by `answers` when a part of a page asks again (`Live-After`: the change that it has not shown); asks
Django once, on the first one's behalf, while the others wait, without a thread or a connection.

Never old: an answer is sent only to who asks for a change that was visible before the answer's reading began.
Never another audience's: the reader's rights are read from the database for each request, answers are kept by them,
and the view says under which it answered. What a view has not marked (`for_many`) goes to its asker alone.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from clinic.live.moments import Moment

SHARED = "Live-Shared"
"""The header by which a view marks what may be sent to others, with the digest of the rights it answered under."""

KEPT_SECONDS = 10.0
KEPT_ANSWERS = 200
OWN_KNOWN = 1_000

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Personal = Callable[[bytes], bytes]
"""Makes of an answer for many the one for one reader."""
Value = TypeVar("Value")
Key = tuple[frozenset[str], str, bytes]
"""Rights, path and query."""


def digest(rights: frozenset[str]) -> str:
    """Name a set of rights."""
    return hashlib.sha256(" ".join(sorted(rights)).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """A whole response, and the moment before which nothing of it was read."""

    read: Moment
    status: int
    headers: Headers
    body: bytes
    made_at: float

    def shows(self, wanted: Moment) -> bool:
        """It was read after what is wanted had become visible, and not long ago."""
        is_young = monotonic() - self.made_at < KEPT_SECONDS
        return is_young and self.read.epoch == wanted.epoch and self.read.ms >= wanted.ms

    def header(self, name: str) -> str:
        """Return one header; empty when there is none."""
        return next((value.decode() for key, value in self.headers if key.lower() == name.lower().encode()), "")


@dataclass(frozen=True)
class Asked:
    """What one reader asks for."""

    rights: frozenset[str]
    path: str
    query: bytes
    wanted: Moment


class Shared:
    """The answers that one process shares."""

    def __init__(self, django: Application, now: Callable[[], Moment | None], personal: Personal) -> None:
        self._django = django
        self._now = now
        self._personal = personal
        self._kept: dict[Key, Answer] = {}
        self._making: dict[Key, asyncio.Future[Answer | bool]] = {}
        """What those who wait are told: an answer to send, or whether to look again or ask Django each alone."""
        self._own: dict[Key, float] = {}
        """What a view does not share, and since when that is known; a refusal, or a reader's message, says nothing."""

    async def answer(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> bool:
        """Send what is kept, or what is being made, or make it; False for what Django has to answer to each."""
        key = (asked.rights, asked.path, asked.query)
        while not self._is_own(key):
            kept = self._kept.get(key)
            if kept is not None and kept.shows(asked.wanted):
                await self._send(kept, scope, send)
                return True
            if key not in self._making:
                return await self._make(key, asked, scope, receive, send)
            told = await asyncio.shield(self._making[key])
            if isinstance(told, Answer):  # the server is too busy, for all who wait alike
                await self._send(told, scope, send)
                return True
            if not told:
                return False
        return False

    async def _make(self, key: Key, asked: Asked, scope: Scope, receive: Receive, send: Send) -> bool:
        """Have Django answer, for all who wait; what is not to be shared is sent to this one alone."""
        if (read := self._now()) is None:
            return False
        made = self._making[key] = asyncio.get_running_loop().create_future()
        told: Answer | bool = True
        try:
            answer = await self._ask_django(read, scope, receive)
            if answer is None:
                return True
            if answer.status >= 500:
                told = answer
            elif self._may_share(answer, asked.rights):
                _remember(self._kept, key, answer, KEPT_ANSWERS)
            else:
                told = False
                if answer.status == 200 and not answer.header(SHARED):
                    _remember(self._own, key, monotonic(), OWN_KNOWN)
        finally:
            del self._making[key]
            made.set_result(told)
        await self._send(answer, scope, send)
        return True

    async def _ask_django(self, read: Moment, scope: Scope, receive: Receive) -> Answer | None:
        """Return Django's answer; None when the asker left meanwhile."""
        plain: Headers = [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]
        heard: list[dict[str, Any]] = []

        async def listen(message: dict[str, Any]) -> None:
            heard.append(message)

        await self._django({**scope, "headers": plain, "is_for_many": True}, receive, listen)
        if not heard:
            return None
        body = b"".join(message.get("body", b"") for message in heard[1:])
        return Answer(read, heard[0]["status"], list(heard[0]["headers"]), body, monotonic())

    def _may_share(self, answer: Answer, rights: frozenset[str]) -> bool:
        is_marked = answer.header(SHARED) == digest(rights)
        return answer.status == 200 and is_marked and not answer.header("Set-Cookie")

    def _is_own(self, key: Key) -> bool:
        return key in self._own and monotonic() - self._own[key] < KEPT_SECONDS

    async def _send(self, answer: Answer, scope: Scope, send: Send) -> None:
        headers, body = _without(answer.headers, SHARED, "Content-Length"), self._personal(answer.body)
        if answer.header(SHARED) and _takes_gzip(scope["headers"]):  # of one reader alone, its size might tell secrets
            body = gzip.compress(body, compresslevel=1)
            headers.append((b"content-encoding", b"gzip"))
        headers += [(b"content-length", str(len(body)).encode()), (b"live-read", spelled(answer.read).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _remember(known: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Add what is newest, and forget what is oldest."""
    known.pop(key, None)
    known[key] = value
    if len(known) > most:
        del known[next(iter(known))]


def spelled(moment: Moment | None) -> str:
    """Write a moment as headers carry it."""
    return f"{moment.epoch} {moment.ms}" if moment else ""


def understood(text: str) -> Moment | None:
    """Read a moment out of a header; None for what is none."""
    epoch, _space, ms = text.partition(" ")
    return Moment(epoch, int(ms)) if epoch and ms.isascii() and ms.isdigit() and len(ms) < 16 else None


def _without(headers: Headers, *names: str) -> Headers:
    left_out = {name.lower().encode() for name in names}
    return [(key, value) for key, value in headers if key.lower() not in left_out]


def _takes_gzip(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(key == b"accept-encoding" and b"gzip" in value for key, value in headers)
