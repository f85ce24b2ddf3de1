"""Which database this is: cluster and database within it, so that two installations are never taken for one.

Place: the live pipe marks its frames with it, and whatever is kept in Redis is kept under it. A standby that was
promoted is the same database; so is a physical copy of a cluster, which `REDIS_PREFIX` tells apart.
"""

from __future__ import annotations

from django.db import connection

IDENTITY = (
    "select system_identifier || '.' || (select oid from pg_database where datname = current_database())"
    " from pg_control_system()"
)


def read() -> str:
    """Read the identity of the application's database: digits and a period.

    Raises `django.db.Error` when it cannot be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return str((cursor.fetchone() or ("",))[0])
