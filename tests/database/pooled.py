"""This process with a pool, as a web server has one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from clinic.database import limits, pool


@contextmanager
def pool_of(size: int, seconds: float = 20) -> Iterator[None]:
    """Share so many connections; this thread's own comes from them too."""
    options = settings.DATABASES["default"]["OPTIONS"]
    connection.close()
    options["pool"] = {"min_size": 1, "max_size": size, "timeout": seconds}  # type: ignore[index]
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        del options["pool"]  # type: ignore[attr-defined]


@contextmanager
def limited(lock: str, statement: str = "0") -> Iterator[None]:
    """Limit the statements of this process, in PostgreSQL's words, as a web server limits its own."""
    connection.close()
    settings.DATABASES["default"][limits.KEY] = [lock, statement]
    try:
        yield
    finally:
        connection.close()
        del settings.DATABASES["default"][limits.KEY]


def in_use() -> int:
    """How many connections of the pool somebody holds."""
    state = pool.state()
    assert state
    return state["in_use"]
