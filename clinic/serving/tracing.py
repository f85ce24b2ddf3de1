"""Which request a line of the log is of: each has an id, its caller's or one of its own.

Place: `clinic.asgi` passes every request and socket through `Tracing`; the formatters of the log read the id, `handler`
tags statements with it, and the answer tells it in `X-Request-ID`. What relay and hub log is of no request.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

HEADER = b"x-request-id"
SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""Of an id that is taken over: what would fit neither a header, a comment of SQL nor a line of the log is not."""

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
Execute = Callable[..., Any]
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the request that is being answered; empty beside requests."""
    return _request_id.get()


class Tracing:
    """An application whose requests have ids."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request, or serve one socket, under its id."""
        known = _sent(scope) or uuid.uuid4().hex[:16]
        token = _request_id.set(known)
        try:
            await self._application(scope, receive, _telling(send, known) if scope["type"] == "http" else send)
        finally:
            _request_id.reset(token)


def tagged(execute: Execute, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Have PostgreSQL's own log and `pg_stat_activity` show the id: a comment costs no round trip, as a SET would."""
    if isinstance(sql, str) and (known := request_id()):
        sql = f"/* request {known} */ {sql}"
    return execute(sql, params, many, context)


def _sent(scope: Scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return sent.decode() if SANE.fullmatch(sent) else ""


def _telling(send: Send, known: str) -> Send:
    """Tell the id with the answer."""

    async def telling(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (HEADER, known.encode())]}
        await send(message)

    return telling
