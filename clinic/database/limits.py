"""How long a statement of a web process may wait for a lock, and take in all: who waits for a page has a limit.

Only the web server has limits (`clinic.asgi` asks for them): imports, commands and the relay take the time they need.
They are a database's `LIMITS`, in PostgreSQL's own words. What runs into one raises `django.db.OperationalError`;
`clinic.serving.busy` says so to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

KEY = "LIMITS"
OWN_SESSION = """
select set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false) where pg_backend_pid() = %s
"""
"""A pooler gives each client the number of a session that there is not: only one's own is set."""
AND_LIMITS = ", set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
EXPORT = """
select set_config('statement_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true)
"""
STALLED = "60s"
"""Who reads nothing for so long is cut off: a download must not hold back vacuum for hours."""


def limit_statements() -> None:
    """Limit the statements of this process from now on; a setting of 0 leaves them without that limit."""
    seconds = settings.DATABASE_LOCK_SECONDS, settings.DATABASE_STATEMENT_SECONDS
    settings.DATABASES["default"][KEY] = [f"{each}s" for each in seconds]


def set_for_session(connection: Any, wanted: Sequence[str]) -> bool:
    """Set limits for a session once for all; not done, and false, where it is a pooler's and so others' too."""
    return connection.execute(OWN_SESSION, [*wanted, connection.info.backend_pid]).fetchone() is not None


def limit_export(cursor: Any) -> None:
    """Give the rows of a file, in the transaction that reads them, the time that they need."""
    cursor.execute(EXPORT, [f"{settings.DATABASE_EXPORT_SECONDS}s", STALLED])
