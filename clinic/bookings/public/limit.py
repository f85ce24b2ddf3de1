"""How often one address may ask for appointments: counted in Redis where there is one, else in this process."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from django.conf import settings
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from clinic.database import identity

RATE = parse("10/hour")
"""Enough for a family behind one address, too little to fill a day's agenda."""

logger = logging.getLogger(__name__)


def may_ask(address: str) -> bool:
    """Count one request from an address; say whether it is still within the rate.

    While Redis is away everybody may: patients matter more than the limit.
    """
    try:
        return _limiter().hit(RATE, "public-booking", _database(), address)
    except StorageError as error:
        logger.warning("Requests for appointments are not limited, because Redis does not answer: %s", error)
        return True


def forget() -> None:
    """Start counting over."""
    _limiter().storage.reset()


@cache
def _database() -> str:
    """Return what keeps the counts of two installations on one Redis apart."""
    return identity.read()


@cache
def _limiter() -> MovingWindowRateLimiter:
    if not settings.REDIS_URL:
        return MovingWindowRateLimiter(MemoryStorage(wrap_exceptions=True))
    limits: dict[str, Any] = {"socket_connect_timeout": 2, "socket_timeout": 2}
    redis = RedisStorage(settings.REDIS_URL, key_prefix=settings.REDIS_PREFIX, wrap_exceptions=True, **limits)
    return MovingWindowRateLimiter(redis)
