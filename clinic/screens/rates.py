"""How often something may be done: counted in Redis; by each process where there is none, and while it is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from clinic.database import identity

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rate:
    """So many times in so long, of each who is named; `words` are those of the library: "10/hour", "5 per 5 minute"."""

    name: str
    words: str

    def hit(self, *who: str) -> bool:
        """Count once; say whether that is still within the rate."""
        return _asked(lambda limiter: limiter.hit(self._item, *self._key(who)))

    def seconds_left(self, *who: str) -> int:
        """Return after how many seconds it may be done again; 0 at once."""

        def left(limiter: MovingWindowRateLimiter) -> int:
            window = limiter.get_window_stats(self._item, *self._key(who))
            return 0 if window.remaining else max(1, ceil(window.reset_time - time.time()))

        return _asked(left)

    def forget(self, *who: str) -> None:
        """Begin to count again."""
        _asked(lambda limiter: limiter.clear(self._item, *self._key(who)))

    @property
    def _item(self) -> RateLimitItem:
        return parse(self.words)

    def _key(self, who: tuple[str, ...]) -> tuple[str, ...]:
        return (self.name, _database(), *who)


def forget_all() -> None:
    """Begin every count again."""
    for limiter in (_shared(), _own()):
        limiter.storage.reset()


def _asked(question: Callable[[MovingWindowRateLimiter], T]) -> T:
    try:
        return question(_shared())
    except StorageError as error:
        logger.warning("Each process counts rates for itself, because Redis does not answer: %s", error)
        return question(_own())


@cache
def _database() -> str:
    """Return what keeps the counts of two installations on one Redis apart."""
    return identity.read()


@cache
def _own() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage(wrap_exceptions=True))


@cache
def _shared() -> MovingWindowRateLimiter:
    if not settings.REDIS_URL:
        return _own()
    limits: dict[str, Any] = {"socket_connect_timeout": 2, "socket_timeout": 2}
    redis = RedisStorage(settings.REDIS_URL, key_prefix=settings.REDIS_PREFIX, wrap_exceptions=True, **limits)
    return MovingWindowRateLimiter(redis)
