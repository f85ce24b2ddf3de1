"""The small clinic of the web tests, committed, so that other connections see it."""

from __future__ import annotations

import psycopg
import pytest

from tests.web.bookings.conftest import Clinic
from tests.web.bookings.conftest import clinic as made_for_one_transaction

clinic = made_for_one_transaction


@pytest.fixture(autouse=True)
def committed(sql: psycopg.Connection[object], transactional_db: None) -> None:
    """Commit for real, on empty tables."""


__all__ = ["Clinic", "clinic"]
