"""Frames as the relay publishes them, at the benchmark's own pace, through a server's channel layer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from clinic.live.messages import Frame, Kind, group_of, pack_metrics
from clinic.stats.catalogue import METRICS
from tests.services import RedisServer

CHANGED = ("bookings_total", "bookings_pending", "amount_paid_total", "balance_outstanding")
"""What a usual frame carries: some staff booked, somebody paid."""


class Publisher:
    """A stand-in for a database's relay, with a Redis of its own that one server listens to."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.redis = RedisServer().start()
        self.seq = 0
        self._loop = asyncio.new_event_loop()
        self._layer: Any = RedisPubSubChannelLayer(hosts=[self.redis.url])

    def snapshot(self) -> int:
        """Publish all numbers; returns the seq."""
        return self._publish(Kind.SNAPSHOT, [metric.key for metric in METRICS])

    def frame(self) -> int:
        """Publish a usual change; returns the seq."""
        return self._publish(Kind.FRAME, CHANGED)

    def _publish(self, kind: Kind, keys: Any) -> int:
        self.seq += 1
        metrics = pack_metrics({key: Decimal(12_345 + self.seq) for key in keys})
        topics = frozenset({"booking", "bill"})
        frame = Frame(
            kind, "bench", self.seq, datetime.now(UTC), metrics, topics, (self.seq, 0), database=self.database, term=1
        )
        self._loop.run_until_complete(self._layer.group_send(group_of(self.database), frame.to_layer()))
        return self.seq

    def stop(self) -> None:
        """End the Redis too."""
        self._loop.run_until_complete(self._layer.flush())
        self._loop.close()
        self.redis.stop()
