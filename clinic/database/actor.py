"""Who acts: the name that changes bear, for as long as a block of code runs.

It belongs to the code and not to a database session, which requests share. The backend puts it into each transaction;
`changes.actor` of `sql/020_changes.sql` reads it there as `clinic.actor`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_actor = ContextVar("actor", default="")


def current() -> str:
    """Return the name of who acts here; empty when nobody is named."""
    return _actor.get()


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Have all changes within the block bear this name, in this task or thread and in those that it starts."""
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)
