"""Relay and hub beside the web server: started with the first request, once per process.

Place: `clinic.asgi` starts it; it hands the relay's frames to the channel layer. daphne has no
start-up event, so the first request or socket is the start.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Coroutine
from functools import lru_cache

from channels.layers import get_channel_layer
from django.conf import settings

from clinic.live.hub import Hub, layer_errors
from clinic.live.messages import GROUP, Frame
from clinic.live.relay import Relay

log = logging.getLogger(__name__)
STOP_SECONDS = 3.0
_tasks: set[asyncio.Task[None]] = set()
_relays: list[Relay] = []

YOUNG_OBJECTS = 50_000
"""New objects at which Python looks for reference cycles. At its own 700, what each socket needs for a moment while a
frame goes out sets it off again and again, in time to walk all that was ever made: a pause of a third of a second."""


@lru_cache(maxsize=1)
def hub() -> Hub:
    """Give the one hub of this process."""
    return Hub()


def start() -> None:
    """Start hub and relay on the running loop, unless they run already."""
    if _tasks:
        return
    spare_the_collector()
    _run(hub().run(), "hub")
    if settings.LIVE_RELAY:
        _relays.append(Relay(publish))
        _run(_relays[0].run(), "relay")


def spare_the_collector() -> None:
    """Have Python look for garbage when there may be much; what is in no circle is freed at once as ever."""
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


async def stop() -> None:
    """End what `start` started; a relay resigns, so that another leads at once and no writer rings for nobody."""
    for task in _tasks:
        task.cancel()
    if _tasks:
        await asyncio.wait(_tasks, timeout=STOP_SECONDS)
    _tasks.clear()
    _relays.clear()
    hub.cache_clear()


def relay_faults() -> dict[str, str]:
    """Tell what fails just now in this process's relay, by name."""
    return {name: fault for relay in _relays for name, fault in relay.faults().items()}


async def publish(frame: Frame) -> None:
    """Send a frame to every hub; a layer that is down costs hubs a gap, which they mend themselves."""
    try:
        await get_channel_layer().group_send(GROUP, frame.to_layer())
    except (OSError, TimeoutError, layer_errors()) as error:
        log.warning("the channel layer does not take frames (%s)", error)


def _run(work: Coroutine[None, None, None], name: str) -> None:
    _tasks.add(asyncio.get_running_loop().create_task(work, name=name))
