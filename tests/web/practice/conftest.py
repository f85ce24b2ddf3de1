"""The small clinic and the signed-in clients of the bookings' tests."""

from __future__ import annotations

from tests.web.bookings.conftest import client_of, clinic

__all__ = ["client_of", "clinic"]
