"""Frames as the relay publishes them, at the benchmark's own pace, through a server's channel layer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from clinic.live.messages import GROUP, Frame, Kind, pack_metrics
from clinic.stats.catalogue import METRICS
from tests.services import RedisServer

CHANGED = ("bookings_total", "bookings_pending", "amount_paid_total", "balance_outstanding")
"""What a usual frame carries: some staff booked, somebody paid."""


class Publisher:
    """A stand-in for the relay, with a Redis of its own that one server listens to."""

    def __init__(self) -> None:
        self.redis = RedisServer().start()
        self.seq = 0
        self._loop = asyncio.new_event_loop()
        self._layer: Any = RedisPubSubChannelLayer(hosts=[self.redis.url])

    def snapshot(self) -> int:
        """Publish all numbers; gives the seq."""
        return self._publish(Kind.SNAPSHOT, [metric.key for metric in METRICS])

    def frame(self) -> int:
        """Publish a usual change; gives the seq."""
        return self._publish(Kind.FRAME, CHANGED)

    def _publish(self, kind: Kind, keys: Any) -> int:
        self.seq += 1
        metrics = pack_metrics({key: Decimal(12_345 + self.seq) for key in keys})
        frame = Frame(kind, "bench", self.seq, datetime.now(UTC), metrics, frozenset({"booking", "bill"}))
        self._loop.run_until_complete(self._layer.group_send(GROUP, frame.to_layer()))
        return self.seq

    def stop(self) -> None:
        """End the Redis too."""
        self._loop.run_until_complete(self._layer.flush())
        self._loop.close()
        self.redis.stop()
