"""The application that a server runs: HTTP by Django, WebSockets by `clinic.live`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402

from clinic.checks import refuse_insecure_settings, refuse_mighty_login  # noqa: E402
from clinic.database.limits import limit_statements  # noqa: E402
from clinic.database.pool import share_connections  # noqa: E402
from clinic.live import daphne, process  # noqa: E402
from clinic.live.answers import Answers  # noqa: E402
from clinic.live.routing import websockets  # noqa: E402
from clinic.operations.probes import Probes  # noqa: E402
from clinic.screens import tokens  # noqa: E402
from clinic.serving.handler import Handler  # noqa: E402
from clinic.serving.shutdown import Shutdown  # noqa: E402
from clinic.serving.tracing import Tracing  # noqa: E402

refuse_insecure_settings()
refuse_mighty_login()
share_connections()
limit_statements()
django_application = Handler()


def _leave_when_daphne_has_stopped() -> None:
    """End the process with daphne's loop: a request on a thread would wait for that loop, and Python for it.

    daphne has no lifespan: signals are heeded once its loop has taken its own, and relay and hub stopped as it ends.
    """
    from twisted.internet import reactor

    clock: Any = reactor
    clock.callWhenRunning(clock.callLater, 0, shutdown.heed_signals)
    reactor.addSystemEventTrigger("before", "shutdown", _stop)  # type: ignore[arg-type]
    reactor.addSystemEventTrigger("after", "shutdown", _leave)  # type: ignore[arg-type]


def _stop() -> Any:
    from twisted.internet.defer import Deferred

    return Deferred.fromFuture(asyncio.ensure_future(process.stop()))


def _leave() -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


shutdown = Shutdown(process.let_go, daphne.delivered)
if "daphne.server" in sys.modules:
    _leave_when_daphne_has_stopped()
pages = Answers(django_application, tokens.filled_in)
router: Any = Tracing(ProtocolTypeRouter({"http": Probes(pages), "websocket": websockets}))

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one request, socket, or (on servers that have it) the lifespan."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    process.start()
    if scope["type"] == "http":
        await shutdown.serve(router, scope, receive, send)
    else:
        await router(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            process.start()
            shutdown.heed_signals()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await process.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
