"""What balancers, supervisors and monitors ask a web process: three addresses for three questions, and the metrics.

`/livez`: should this process go on? Only one whose live half has ended should not; a database or Redis that is away is
no reason to kill it. `/readyz`: do pages work here? Numbers may come slower, as while Redis is away. `/healthz`: is
everything live? Each answers 200 for yes and 503 for no.

`/metrics` is for who sends the token alone: 401 for others, and no such address where no token is set.

Place: `clinic.asgi` asks it before everything else, so that neither the gate, a thread that hangs nor a host's name
stands in the way. Strangers are told yes or no; who sends the `MONITOR_TOKEN` is told the rest, as `manage.py stats
status` does.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error as DatabaseError
from django.utils.crypto import constant_time_compare

from clinic.database import pool
from clinic.live import process
from clinic.live.answers import respond
from clinic.live.reading import on_thread
from clinic.live.shared import Application, Receive, Scope, Send
from clinic.operations import health, metrics
from clinic.serving.gate import gate

KEPT_SECONDS = 1.0
"""Who asks again within this time is told the same: asking costs the database nothing."""
ANSWER_SECONDS = 4.0
"""A database that takes longer does not answer."""

Told = dict[str, Any]


class Kept:
    """The counting's state, read once for all who ask at the same time or shortly after."""

    def __init__(self) -> None:
        self._reading: asyncio.Task[Told] | None = None
        self._begun = -KEPT_SECONDS

    async def state(self) -> Told:
        """Return what `stats.status` says, or what the database says instead."""
        if self._reading is None or (self._reading.done() and monotonic() - self._begun > KEPT_SECONDS):
            self._reading, self._begun = asyncio.create_task(_read()), monotonic()
        return await asyncio.shield(self._reading)


async def _read() -> Told:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return {"database": "answers", "statistics": asdict(await on_thread(health.read))}
    except (DatabaseError, TimeoutError) as error:
        return {"database": str(error).strip() or "does not answer"}


class Probes:
    """An application, with what is asked of its process before it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._kept = Kept()
        self._questions = {"/livez": self._is_alive, "/readyz": self._is_ready, "/healthz": self._is_live}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (scope["method"], scope["path"]) == ("GET", "/metrics") and settings.MONITOR_TOKEN:
            await self._send_metrics(scope, send)
            return
        question = self._questions.get(scope["path"]) if scope["method"] in {"GET", "HEAD"} else None
        if question is None:
            await self._application(scope, receive, send)
            return
        is_ok, details = await question()
        told = {"ok": is_ok, **(details if _is_trusted(scope) else {})}
        body = json.dumps(told, cls=DjangoJSONEncoder).encode() if scope["method"] == "GET" else b""
        await respond(send, 200 if is_ok else 503, [(b"content-type", b"application/json")], body)

    async def _send_metrics(self, scope: Scope, send: Send) -> None:
        if not _is_trusted(scope):
            await respond(send, 401, [(b"www-authenticate", b"Bearer")])
            return
        scrape = metrics.Scrape(await self._kept.state())
        body = await asyncio.to_thread(scrape.text)
        await respond(send, 200, [(b"content-type", metrics.CONTENT_TYPE.encode())], body)

    async def _is_alive(self) -> tuple[bool, Told]:
        ended = process.ended()
        return not ended, {"ended": ended}

    async def _is_ready(self) -> tuple[bool, Told]:
        state = await self._kept.state()
        is_ready = "statistics" in state and not process.hub().is_silent and not process.is_stopping()
        return is_ready, self._details(state)

    async def _is_live(self) -> tuple[bool, Told]:
        state = await self._kept.state()
        is_led = state.get("statistics", {}).get("relay_since") is not None
        is_live = is_led and process.hub().state()["mode"] == "live" and not process.ended()
        return is_live, self._details(state)

    def _details(self, state: Told) -> Told:
        here = {"hub": process.hub().state(), "failing": process.relay_faults(), "ended": process.ended()}
        return {**state, **here, "requests": gate().state(), "connections": pool.state()}


def _is_trusted(scope: Scope) -> bool:
    sent = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return bool(settings.MONITOR_TOKEN) and constant_time_compare(sent, f"Bearer {settings.MONITOR_TOKEN}")
