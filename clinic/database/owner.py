"""The owner of the tables, and who is not to be it: `migrate` signs in as the owner, whatever serves people as another.

A login that serves people with the owner's rights could drop a table, write past the ledgers and erase what is kept as
evidence, by whatever fault of a page lets a stranger have SQL carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections

ALIAS = "default"
WHO = """
select r.rolname, r.rolsuper, exists (
           select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(c.relowner, 'usage'))
  from pg_roles r where r.rolname = current_user
"""
REMEDY = (
    "Make the roles with deploy/roles.sql; then have DATABASE_URL, and LIVE_DATABASE_URL where it is set, sign in as"
    " clinic_web, and OWNER_DATABASE_URL, for migrate alone, as clinic_owner. docs/deploy.md says how."
)


@contextmanager
def signed_in_as_owner() -> Iterator[None]:
    """Have Django's connection sign in by `OWNER_DATABASE_URL` within the block, where that is set."""
    theirs: dict[str, Any] | None = getattr(settings, "OWNER_DATABASE", None)
    if theirs is None:
        yield
        return
    connection = connections[ALIAS]
    ours = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(theirs)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(ours)


def excess(session: Any) -> str:
    """Say what makes a session's login too mighty to serve people; empty of one that is not."""
    name, is_superuser, is_owner = session.execute(WHO).fetchone()
    if not is_superuser and not is_owner:
        return ""
    return f"{name}, {'a superuser' if is_superuser else 'who owns its tables'}"
