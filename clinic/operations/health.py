"""The counting's state, as `manage.py stats status` and `probes` tell it.

Place: reads `stats.status`, which says nothing about patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

STATUS = """
select relay_since, relay_sleeps, unannounced, folded_at, pending, inbox_bytes, oldest_transaction_seconds,
       triggers_off, checked_at, found_off,
       case when pending > 0 then extract(epoch from clock_timestamp() - folded_at)::float8 else 0 end
  from stats.status
"""


@dataclass(frozen=True)
class CountingStatus:
    """The counting's state. `relay_since` is None while no relay leads; `unannounced` and `triggers_off` must be 0.

    `fold_lag_seconds` is more than the age of the oldest change that waits to be folded.
    """

    relay_since: datetime | None
    relay_sleeps: bool
    unannounced: int
    folded_at: datetime
    pending: int
    inbox_bytes: int
    oldest_transaction_seconds: int | None
    triggers_off: int
    checked_at: datetime | None
    found_off: int | None
    fold_lag_seconds: float


def read() -> CountingStatus:
    """Read the counting's state.

    Raises `django.db.Error` when the database cannot be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATUS)
        return CountingStatus(*(cursor.fetchone() or ()))
