"""Relay and hub beside the web server: started with the first request, once per process.

Place: `clinic.asgi` starts it; it hands the relay's frames to the channel layer. daphne has no
start-up event, so the first request or socket is the start.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from functools import lru_cache
from types import SimpleNamespace

from channels.layers import get_channel_layer
from django.conf import settings

from clinic.live.counters import counted
from clinic.live.hub import Hub
from clinic.live.messages import Close, Frame, group_of
from clinic.live.relay import Relay
from clinic.live.supervision import OUTAGES, Outage, layer_errors

STOP_SECONDS = 3.0
PUBLISH_SECONDS = 1.0
"""A channel layer that takes longer to take a frame is as good as down; the relay has to give signs of life."""
_tasks: dict[str, asyncio.Task[None]] = {}
_relays: list[Relay] = []
_state = SimpleNamespace(is_stopping=False, is_closing=False)
_publishing = Outage("the channel layer, which is to take frames", usual=(Exception,))

YOUNG_OBJECTS = 50_000
"""New objects at which Python looks for reference cycles. At its own 700, what each socket needs for a moment while a
frame goes out sets it off again and again, in time to walk all that was ever made: a pause of a third of a second."""


@lru_cache(maxsize=1)
def hub() -> Hub:
    """Return the one hub of this process."""
    return Hub()


def start() -> None:
    """Start hub and relay on the running loop, unless they run already."""
    if _tasks:
        return
    spare_the_collector()
    _state.is_stopping = _state.is_closing = False
    _run(hub().run(), "hub")
    if settings.LIVE_RELAY:
        _relays.append(Relay(publish))
        _run(_relays[0].run(), "relay")


def spare_the_collector() -> None:
    """Have Python look for garbage when there may be much; what is in no circle is freed at once as ever."""
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def is_stopping() -> bool:
    """Tell whether this process is about to end, so that balancers send nobody here any more."""
    return bool(_state.is_stopping)


def is_closing() -> bool:
    """Tell whether this process closes its sockets, and accepts no other."""
    return bool(_state.is_closing)


async def let_go() -> None:
    """Have another relay lead, and pages dial another process, a few at a time."""
    _state.is_stopping = True
    _relays.clear()
    await asyncio.gather(_end("relay"), _close_sockets())


async def _close_sockets() -> None:
    """Close them when balancers have noticed: one that goes by the fewest sockets would send all pages back here."""
    await asyncio.sleep(settings.STOP_NOTICE_SECONDS / 2)
    _state.is_closing = True
    await asyncio.gather(hub().close_all(Close.RESTARTING), asyncio.sleep(settings.STOP_NOTICE_SECONDS / 2))


async def stop() -> None:
    """End what `start` started; a relay resigns, so that another leads at once and no writer rings for nobody."""
    await asyncio.gather(*map(_end, tuple(_tasks)))
    _relays.clear()
    hub.cache_clear()


async def _end(name: str) -> None:
    if task := _tasks.pop(name, None):
        task.cancel()
        await asyncio.wait({task}, timeout=STOP_SECONDS)


def ended() -> list[str]:
    """Name what should run for ever and has ended: only a fault of ours can end it."""
    return [name for name, task in _tasks.items() if task.done()]


def relay() -> Relay | None:
    """Return this process's relay, which leads or stands by."""
    return _relays[0] if _relays else None


def relay_faults() -> dict[str, str]:
    """Tell what fails just now in this process's relay, by name."""
    return {name: fault for relay in _relays for name, fault in relay.faults().items()}


async def publish(frame: Frame) -> None:
    """Send a frame to every hub of its database; a layer that is down costs hubs a gap, which they mend themselves."""
    try:
        async with asyncio.timeout(PUBLISH_SECONDS):
            await get_channel_layer().group_send(group_of(frame.database), frame.to_layer())
    except (*OUTAGES, layer_errors()) as error:
        counted.frames_unpublished += 1
        _publishing.note(error)
    else:
        counted.frames_published += 1
        _publishing.end()


def _run(work: Coroutine[None, None, None], name: str) -> None:
    _tasks[name] = asyncio.get_running_loop().create_task(work, name=name)
