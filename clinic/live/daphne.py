"""What daphne's `send` does not offer: how much of what it took has not left yet, and every close code.

Place: asked by `subscriber` before it sends, by `consumers` for closing, and at a process's end. uvicorn has the sender
wait for a client that does not read; daphne takes everything, and would keep it all for one that acknowledges without
reading. Autobahn, below it, lets an application send no close code of the protocol's own, such as 1012.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

MOST_BYTES = 256 * 1024
"""Some ten snapshots; more than that is held for nobody."""
LOOK_SECONDS = 0.1


def is_full(send: Any) -> bool:
    """Tell whether the socket behind an ASGI `send` has not taken what it was sent; where that is unknown, no."""
    return _unsent(_transport_of(send)) > MOST_BYTES


async def delivered(send: Any) -> None:
    """Wait until a client has taken all that it was sent, or is gone."""
    transport = _transport_of(send)
    while _unsent(transport):  # noqa: ASYNC110 - Twisted tells one producer of it, and that is its own HTTP channel
        await asyncio.sleep(LOOK_SECONDS)


def close(send: Any, code: int) -> bool:
    """Close an accepted socket with any code; tells whether the server behind `send` is daphne, which needs this."""
    close_frame = getattr(_protocol_of(send), "sendCloseFrame", None)
    if close_frame is not None:
        close_frame(code=code)
    return close_frame is not None


def _protocol_of(send: Any) -> Any:
    """Return daphne's protocol, which its `send` is a partial with; None on another server."""
    return send.args[0] if isinstance(send, partial) and send.args else None


def _transport_of(send: Any) -> Any:
    return getattr(_protocol_of(send), "transport", None)


def _unsent(transport: Any) -> int:
    """Count the bytes that a transport of Twisted's holds; 0 when it is closed."""
    if transport is None or getattr(transport, "disconnected", False):
        return 0
    waiting = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return waiting + int(getattr(transport, "_tempDataLen", 0))
