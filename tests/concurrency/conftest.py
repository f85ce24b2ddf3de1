"""The small clinic of the SQL tests, and sessions that run beside the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.concurrency.background import Background
from tests.sql.conftest import Pool, clinic, pool, shared_pool, witness
from tests.sql.oracle import Session

__all__ = ["clinic", "pool", "shared_pool", "witness"]

Spoil = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def aside(clinic: Session, pool: Pool) -> Callable[[], Background]:
    """Open sessions whose statements may wait while the test goes on."""
    return lambda: Background(pool.take(), watcher=clinic)


@pytest.fixture
def without(clinic: Session) -> Spoil:
    """Take a guard out of a function for a while, to show what it is for."""

    @contextmanager
    def spoiled(function: str, guard: str, instead: str = "") -> Iterator[None]:
        row = clinic.execute("select pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
        assert row is not None
        assert guard in row[0], f"{function} has no guard {guard!r} to take out"
        clinic.execute(row[0].replace(guard, instead))
        try:
            yield
        finally:
            clinic.execute(row[0])

    return spoiled
