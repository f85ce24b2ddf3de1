"""The port and password of a cluster, kept in a file that only its owner reads."""

from __future__ import annotations

import json
import os
import random
import secrets
import time
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import psycopg

from clinic.embedded.listening import is_free
from clinic.errors import ClinicError

NOBODY_LISTENS = "postgresql://clinic@127.0.0.1:1/clinic"
"""A URL whose connections are refused at once."""

PORTS = range(15_432, 32_000)
"""Below the ports that systems give to outgoing connections, so that a port once chosen stays free."""

WEB = "clinic_web"
MAKE_WEB = """
do $$
begin
    if not exists (select from pg_roles where rolname = '{name}') then
        create role {name} login;
    end if;
    alter role {name} password '{password}';
    grant clinic_app to {name};
end
$$
"""

ANSWER_SECONDS = 30


class SilentServerError(ClinicError):
    """PostgreSQL runs but does not answer."""


@dataclass(frozen=True)
class Connection:
    """How to reach a cluster's server."""

    port: int
    password: str

    def url(self, database: str = "clinic") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://clinic:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def web_password(self) -> str:
        """The password of `WEB`, which tells nothing of the superuser's."""
        return sha256(f"{WEB} {self.password}".encode()).hexdigest()

    def web_url(self) -> str:
        """Return the URL by which web processes sign in: with the rights of `clinic_app`, and no others."""
        return f"postgresql://{WEB}:{self.web_password}@127.0.0.1:{self.port}/clinic"


def invent() -> Connection:
    """Return a free port and a new password."""
    return with_free_port(Connection(random.choice(PORTS), secrets.token_urlsafe(24)))  # noqa: S311


def with_free_port(known: Connection) -> Connection:
    """Return the connection as it is, or with another port if a program has taken its port."""
    if is_free(known.port):
        return known
    for port in random.sample(PORTS, 200):
        if is_free(port):
            return replace(known, port=port)
    raise ClinicError("No port between 15432 and 32000 is free for PostgreSQL; stop a program that listens.")


def read(path: Path) -> Connection | None:
    """Return what the file says, or None if there is no whole file."""
    try:
        return Connection(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, known: Connection) -> None:
    """Keep the connection; a reader sees the old file or the new one."""
    unfinished = path.with_suffix(".new")
    write_secret(unfinished, json.dumps(asdict(known)))
    unfinished.replace(path)


def write_secret(path: Path, text: str) -> None:
    """Write a new file that only its owner may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def make_database(known: Connection, log: Path) -> None:
    """Wait until the server answers, and create the database `clinic` if it is missing."""
    with _connect(known, log) as server:
        if not server.execute("select 1 from pg_database where datname = 'clinic'").fetchone():
            server.execute("create database clinic")


def make_web_login(known: Connection) -> None:
    """Create the login of web processes if it is missing; `migrate` made the role whose rights it has."""
    with psycopg.connect(known.url(), autocommit=True) as server:
        server.execute(MAKE_WEB.format(name=WEB, password=known.web_password))


def _connect(known: Connection, log: Path) -> psycopg.Connection:
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            return psycopg.connect(known.url("postgres"), autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            if "password" in str(error) or time.monotonic() > deadline:
                raise SilentServerError(
                    f"PostgreSQL runs on port {known.port} but does not let us in: {error}. "
                    f"Read its log {log}; if the data is of no value, start over with `FRESH=1 make demo`."
                ) from error
            time.sleep(0.1)
