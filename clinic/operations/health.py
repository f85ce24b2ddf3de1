"""What a load balancer or a monitor asks: `/healthz`, and the same for `manage.py stats status`.

Place: reads `stats.status` and this process's hub; says nothing about patients, so it asks nobody to sign in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.database import pool
from clinic.live import process
from clinic.serving.gate import gate

STATUS = """
select relay_since, relay_sleeps, unannounced, folded_at, pending, inbox_bytes, oldest_transaction_seconds,
       triggers_off, checked_at, found_off
  from stats.status
"""


@dataclass(frozen=True)
class CountingStatus:
    """The counting's state. `relay_since` is None while no relay leads; `unannounced` and `triggers_off` must be 0."""

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


def read() -> CountingStatus:
    """Read the counting's state.

    Raises `django.db.Error` when the database cannot be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATUS)
        return CountingStatus(*(cursor.fetchone() or ()))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell whether this process shows live numbers; 503 when the database, the relay or its frames are missing."""
    hub = process.hub().state()
    here = {"hub": hub, "failing": process.relay_faults(), "requests": gate().state(), "connections": pool.state()}
    try:
        status = read()
    except DatabaseError as error:
        return JsonResponse({"ok": False, "database": str(error).strip(), **here}, status=503)
    is_ok = status.relay_since is not None and hub["mode"] == "live"
    return JsonResponse(
        {"ok": is_ok, "database": "answers", "statistics": asdict(status), **here}, status=200 if is_ok else 503
    )
