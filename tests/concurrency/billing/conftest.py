"""A bill of 100.00, committed, so that other connections see it."""

from __future__ import annotations

from tests.concurrency.bookings.conftest import committed
from tests.web.billing.conftest import ada, bill

__all__ = ["ada", "bill", "committed"]
