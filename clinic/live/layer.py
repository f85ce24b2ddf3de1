"""The channel layer of a single process: hands a frame to its hub without a copy or a task.

Place: settings choose it where there is no Redis; a hub that falls behind by the layer's capacity loses
frames, and mends the gap itself.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import time
from typing import Any

from channels.layers import InMemoryChannelLayer


class ProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """The memory layer, for messages that nobody changes once they are sent."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put a message on each member's queue; a member that waits takes it before the sender goes on."""
        for channel in self.groups.get(group, ()):
            queue = self.channels.setdefault(channel, asyncio.Queue(maxsize=self.get_capacity(channel)))
            with suppress(asyncio.QueueFull):
                queue.put_nowait((time() + self.expiry, message))
        await asyncio.sleep(0)
