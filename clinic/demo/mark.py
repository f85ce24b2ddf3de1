"""How the demonstration knows a database as its own: by a mark that it leaves there, not by what is in it.

What people write in the demonstration never locks them out of it, and its public passwords reach no real clinic.
The mark is an empty schema, made before anything else, so that a first start that was interrupted may go on.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection

from clinic.demo import sample
from clinic.errors import ClinicError

ACCOUNTS = User._meta.db_table
MARK = """
create schema if not exists clinic_demo;
comment on schema clinic_demo is
    'The demonstration of Clinic Pulse may use this database, with its public passwords. Drop it to end that.';
"""


class ForeignDatabaseError(ClinicError):
    """DATABASE_URL names a database with data of its own, and the demonstration's passwords are public; name an empty
    database, or unset DATABASE_URL for the demonstration's own."""


def leave() -> None:
    """Mark the database as the demonstration's."""
    with connection.cursor() as cursor:
        cursor.execute(MARK)


def refuse_foreign() -> None:
    """Raise unless the database bears the mark, has no tables, or those of a clinic that nobody has used."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regnamespace('clinic_demo') is not null")
        is_marked = bool(cursor.fetchone()[0])
    if not is_marked and not _is_unused():
        raise ForeignDatabaseError


def _is_unused() -> bool:
    tables = set(connection.introspection.table_names())
    if not tables:
        return True
    is_clinic = {ACCOUNTS, *sample.FILLED_FIRST} <= tables
    return is_clinic and sample.is_wanted() and not User.objects.exists()
