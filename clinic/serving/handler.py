"""Django's handler of HTTP: each request on one thread, few at work at a time, and every connection given back.

Django passes a request through its middlewares in one go here, instead of from the event loop to a thread and back for
each of them: a trip costs a turn at Python's lock, which is what runs short first.

The gate opens after a request's body has arrived and closes behind its answer before that is sent: neither a slow line
nor a long download holds it. Who leaves while waiting is forgotten; work that has begun counts until its thread is
done with it. Static files pass by the gate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import lru_cache
from time import perf_counter
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections, connection, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clinic.serving import busy, measure
from clinic.serving.gate import BusyError, gate
from clinic.serving.tracing import tagged

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
_body: ContextVar[IO[bytes] | None] = ContextVar("body", default=None)


class Handler(ASGIHandler):
    """The ASGI application of all pages."""

    def __init__(self) -> None:
        self.load_middleware(is_async=False)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request; however it ends, its thread gives back what it had."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            thread.submit(_tidy_up, _body.get())
            thread.shutdown(wait=False)

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """Take in the whole body; Django itself closes it only when a request comes to its end."""
        body: IO[bytes] = await super().read_body(receive)
        _body.set(body)
        return body

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer when it is the request's turn, or say that it would take too long; either is measured."""
        begun = perf_counter()
        response = await self._answer_in_turn(request)
        measure.note(request, response, begun)
        return response

    async def _answer_in_turn(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_past_the_gate()):
            return await sync_to_async(self._answer)(request)
        try:
            await gate().enter()
        except BusyError:
            return busy.answer(request)
        work = asyncio.create_task(sync_to_async(self._answer)(request))
        work.add_done_callback(lambda _work: gate().leave())
        return await asyncio.shield(work)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            with connection.execute_wrapper(tagged):
                return self.get_response(request)
        finally:
            close_old_connections()  # what is sent from here on needs none, or gets one when it does


def _tidy_up(body: IO[bytes] | None) -> None:
    connections.close_all()
    if body is not None:
        body.close()


@lru_cache(maxsize=1)
def _past_the_gate() -> tuple[str, ...]:
    return (settings.STATIC_URL,)
