"""The pace: how often this pipe's parts give a sign of life, and after how long a silence they are taken for dead.

Place: relay, hub and subscriber keep it; browsers are told it by the page and again by each snapshot.
One constant, and everything else follows from it.
"""

from __future__ import annotations

HEARTBEAT_SECONDS = 5.0
"""Between two signs of life, and between two readings of a hub that reads for a silent relay."""


def hub_silence_seconds() -> float:
    """Return the silence after which a hub takes the relay for dead: sooner than browsers take the hub for dead."""
    return 1.3 * HEARTBEAT_SECONDS


def browser_silence_seconds() -> float:
    """Return the silence after which a browser dials again, and a hub has nothing to show any more."""
    return 2.4 * HEARTBEAT_SECONDS


def stuck_seconds() -> float:
    """Return the time after which a client that acknowledges nothing is closed."""
    return 6 * HEARTBEAT_SECONDS


def for_browsers() -> dict[str, float]:
    """Return what browsers need to know; `static/js/live-pace.js` takes it."""
    return {"heartbeat": HEARTBEAT_SECONDS, "silence": browser_silence_seconds()}
