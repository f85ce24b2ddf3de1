"""Apply the repeatable SQL files of `sql/`: all of them, in name order, when any of them changed."""

from __future__ import annotations

import hashlib
import time
from random import uniform

import psycopg
from django.conf import settings
from django.db import OperationalError, connection, transaction

from clinic.errors import ClinicError

INSTALL_LOCK = 0x57A75001
LONGEST_WAIT = "2s"
"""For what no writer waits for; after one second PostgreSQL ends an autovacuum that is in the way."""
LONGEST_STALL = "150ms"
"""For the locks of all tables. Writers queue behind them, and after a second a deadlock would cost one of them."""

LIMIT = "select set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
TRIES, BETWEEN_TRIES_SECONDS = 10, (0.1, 0.5)
"""To get all locks, before everything is let go and begun again: till then nothing can be vacuumed."""

PATIENCE_SECONDS = 600.0
PAUSES_SECONDS = (0.2, 5.0)
"""The first and the longest before all is begun again; each is longer than the one before, by chance more or less."""
IN_THE_WAY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled)
FOLDER = settings.BASE_DIR / "sql"

TABLES = "select install.tables()"
COUNTED_TABLES = """
select string_agg(distinct name, ', ' order by name)
  from (select format('public.%I', subject) as name from stats.tracked
        union select string_to_table(install.tables(), ', ')) as wanted
"""

REMEMBERED = """
create table if not exists stats.installed (
    is_only_row boolean primary key default true check (is_only_row), checksum text not null
);
comment on table stats.installed is 'Checksum of the SQL files that were applied last.';
insert into stats.installed (checksum) values (%s)
    on conflict (is_only_row) do update set checksum = excluded.checksum
"""


def checksum() -> str:
    """Digest the files, the settings that they take, and the migrations, whose columns the files give rights to."""
    digest = hashlib.sha256(settings.CLINIC_TIME_ZONE.encode())
    for path in [*sorted(FOLDER.glob("*.sql")), *sorted(settings.BASE_DIR.glob("*/*/migrations/*.py"))]:
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
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, PAUSES_SECONDS[0]
    while True:
        try:
            return _install()
        except OperationalError as error:
            if not _says_busy(error):
                raise
            if time.monotonic() > deadline:
                raise BusyError from error
        time.sleep(pause * uniform(0.5, 1.5))  # noqa: S311
        pause = min(2 * pause, PAUSES_SECONDS[1])


def _install() -> bool:
    with transaction.atomic():
        _execute("select pg_advisory_xact_lock(%s)", INSTALL_LOCK)
        wanted = checksum()
        if _installed() == wanted:
            return False
        counted_before, metrics_before = _counted(), _metrics()
        apply_files()
        _execute(REMEMBERED, wanted)
        is_counted_otherwise = _counted() != counted_before
        carry_out(COUNTED_TABLES if is_counted_otherwise else TABLES)
        if is_counted_otherwise:
            _execute("select stats.rebuild()")
        elif _metrics() != metrics_before:
            _execute("select stats.tell_of_recount()")
    return True


def apply_files() -> None:
    """Apply all files within a transaction, and collect what would lock tables; writers notice nothing of it."""
    _execute("select set_config('lock_timeout', %s, true)", LONGEST_WAIT)
    _execute("select set_config('install.collected', '[]', true)")
    _execute("select set_config('clinic.time_zone', %s, true)", settings.CLINIC_TIME_ZONE)
    for path in sorted(FOLDER.glob("*.sql")):
        _execute(path.read_text())


def carry_out(tables: str) -> None:
    """Lock tables, all of them in a moment or none, and do what was collected.

    What is counted otherwise is counted again when nobody writes as it was counted before.
    """
    if names := _value(tables):
        for more in reversed(range(TRIES)):
            try:
                _lock(names)
                break
            except OperationalError as error:
                if not more or not _says_busy(error):
                    raise
            time.sleep(uniform(*BETWEEN_TRIES_SECONDS))  # noqa: S311
    _execute("select install.carry_out()")


def _says_busy(error: OperationalError) -> bool:
    return isinstance(error.__cause__, IN_THE_WAY)


def _lock(names: object) -> None:
    with transaction.atomic():
        _execute(LIMIT, LONGEST_STALL, LONGEST_STALL)
        _execute(f"lock table {names} in share row exclusive mode")
        _execute(LIMIT, LONGEST_STALL, "0")


def _installed() -> str | None:
    if _value("select to_regclass('stats.installed')") is None:
        return None
    return str(_value("select checksum from stats.installed"))


def _counted() -> object:
    if _value("select to_regclass('stats.tracked')") is None:
        return None
    return _value("select string_agg(tracked::text, ';' order by subject) from stats.tracked")


def _metrics() -> object:
    if _value("select to_regclass('stats.metric')") is None:
        return None
    return _value("select string_agg(metric::text, ';' order by key) from stats.metric")


def _execute(sql: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def _value(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None
