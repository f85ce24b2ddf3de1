"""Waiting for an event with a deadline, where nothing better than looking again can be had."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 40.0
"""How long an event may take before a test gives up; passing tests never wait for it, however busy the machine."""


def until(look: Callable[[], Result], timeout: float = PATIENCE_SECONDS, what: str = "the awaited state") -> Result:
    """Look until the result is true; raise after `timeout` seconds, naming what was awaited and last seen."""
    deadline = time.monotonic() + timeout
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {timeout:g} s; last seen: {seen!r}")
        time.sleep(PAUSE_SECONDS)
    return seen


async def until_async(
    look: Callable[[], Result], timeout: float = PATIENCE_SECONDS, what: str = "the awaited state"
) -> Result:
    """Look as `until` does, leaving the event loop to others between looks."""
    deadline = time.monotonic() + timeout
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {timeout:g} s; last seen: {seen!r}")
        await asyncio.sleep(PAUSE_SECONDS)
    return seen
