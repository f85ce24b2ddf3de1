"""Apply the repeatable SQL files of `sql/`: all of them, in name order, when any of them changed."""

from __future__ import annotations

import hashlib
import time

import psycopg
from django.conf import settings
from django.db import OperationalError, connection, transaction

from clinic.errors import ClinicError

INSTALL_LOCK = 0x57A75001
LONGEST_WAIT = "500ms"
"""For one table's lock. Writers queue behind the waiting one, and after a second a deadlock would cost one of them."""

PATIENCE_SECONDS, PAUSE_SECONDS = 600.0, 0.2
FOLDER = settings.BASE_DIR / "sql"

REMEMBERED = """
create table if not exists stats.installed (
    is_only_row boolean primary key default true check (is_only_row), checksum text not null
);
comment on table stats.installed is 'Checksum of the SQL files that were applied last.';
insert into stats.installed (checksum) values (%s)
    on conflict (is_only_row) do update set checksum = excluded.checksum
"""


def checksum() -> str:
    """Digest the files and the settings that they take."""
    digest = hashlib.sha256(settings.CLINIC_TIME_ZONE.encode())
    for path in sorted(FOLDER.glob("*.sql")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class BusyError(ClinicError):
    """Somebody has held the counted tables for ten minutes, so that the SQL files could not be applied.

    See who, then try again: select pid, application_name, xact_start from pg_stat_activity order by xact_start;
    """


def install() -> bool:
    """Bring the database's functions, triggers and roles up to date, and give whether anything was applied.

    One transaction applies all files, and recounts when what is counted changed. It gives way to those who write in a
    long transaction, and tries again; raises BusyError after ten minutes.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return _install()
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                raise
            if time.monotonic() > deadline:
                raise BusyError from error
        time.sleep(PAUSE_SECONDS)


def _install() -> bool:
    with transaction.atomic():
        _execute("select pg_advisory_xact_lock(%s)", INSTALL_LOCK)
        _execute("select set_config('lock_timeout', %s, true)", LONGEST_WAIT)
        wanted = checksum()
        if _installed() == wanted:
            return False
        counted_before = _counted()
        _execute("select set_config('clinic.time_zone', %s, true)", settings.CLINIC_TIME_ZONE)
        for path in sorted(FOLDER.glob("*.sql")):
            _execute(path.read_text())
        _execute(REMEMBERED, wanted)
        if _counted() != counted_before:
            _execute("select stats.rebuild()")
    return True


def _installed() -> str | None:
    if _value("select to_regclass('stats.installed')") is None:
        return None
    return str(_value("select checksum from stats.installed"))


def _counted() -> object:
    if _value("select to_regclass('stats.tracked')") is None:
        return None
    return _value("select string_agg(tracked::text, ';' order by subject) from stats.tracked")


def _execute(sql: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def _value(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None
