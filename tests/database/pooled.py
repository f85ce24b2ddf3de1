"""This process with a pool, as a web server has one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from clinic.database import pool


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


def in_use() -> int:
    """How many connections of the pool somebody holds."""
    state = pool.state()
    assert state
    return state["in_use"]
