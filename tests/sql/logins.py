"""Sessions of logins as a deployment makes them: members of our roles, and one that was given nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.sql.conftest import Pool
from tests.sql.oracle import Session

ROLES = {"web": "in role clinic_app", "script": "in role clinic_import", "stranger": ""}
"""Whom we call what, and how it is made."""

Sign = Callable[[str], Session]


@contextmanager
def signed_in(owner: Session, pool: Pool) -> Iterator[Sign]:
    """Give sessions by login; of this database alone, because tests beside share the cluster."""
    made: dict[str, Session] = {}

    def sign(name: str) -> Session:
        if name not in made:
            role = f"{name}_of_{owner.info.dbname}"
            owner.execute(f"drop role if exists {role}; create role {role} login {ROLES[name]}")
            made[name] = pool.take()
            made[name].execute(f"set session authorization {role}")
        return made[name]

    yield sign
    for name, session in made.items():
        session.rollback()
        session.execute("discard all")
        owner.execute(f"drop owned by {name}_of_{owner.info.dbname}; drop role {name}_of_{owner.info.dbname}")
