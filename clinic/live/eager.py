"""Run a coroutine at once up to where it first waits, as Python 3.12's eager tasks do.

Place: a subscriber begins each send with it; most sends never wait and so cost no task.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any


class Rest:
    """What is left of a coroutine that waits; to be awaited, or closed when nobody will."""

    def __init__(self, work: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._work, self._waits_for = work, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waits_for
            yield from self._work.__await__()
        finally:
            self.close()

    def close(self) -> None:
        """Have it clean up behind itself; does nothing once it has ended."""
        self._work.close()


def begin(work: Coroutine[Any, Any, None]) -> Rest | None:
    """Run until it waits or ends; returns what is left, or None when it has ended."""
    try:
        return Rest(work, work.send(None))
    except StopIteration:
        return None
