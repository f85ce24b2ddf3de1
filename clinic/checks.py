"""Misconfiguration found by `manage.py check`, each with an id and a hint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
from django.conf import settings
from django.core import checks
from django.db import Error as DatabaseError
from django.db import connections

from clinic.database import owner
from clinic.errors import ConfigurationError
from clinic.live import database, echo, pace
from clinic.stats.catalogue import BY_KEY

INSECURE_PREFIX = "django-insecure-"
SHORTEST_KEY, FEWEST_SIGNS = 32, 8
OLDEST_POSTGRESQL = 150000
HOW_TO_CREATE = "Create it with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8"
BESIDE_THE_GATE = 6
"""Connections of a pool for two downloads, three reads of the hub, and a monitor."""


def refuse_insecure_settings() -> None:
    """Raise `ConfigurationError` rather than serve the public with a key that can be guessed, or under any name."""
    if settings.DEBUG:
        return
    if settings.SECRET_KEY.startswith(INSECURE_PREFIX):
        raise ConfigurationError("SECRET_KEY is not set; set it to a long random text, or set DEBUG=1.")
    if len(settings.SECRET_KEY) < SHORTEST_KEY or len(set(settings.SECRET_KEY)) < FEWEST_SIGNS:
        raise ConfigurationError(
            f"SECRET_KEY can be guessed; set it to {SHORTEST_KEY} random characters or more: openssl rand -hex 32"
        )
    if "*" in settings.ALLOWED_HOSTS:
        raise ConfigurationError("ALLOWED_HOSTS is *, which is every name; set it to the names of this site.")


def refuse_mighty_login() -> None:
    """Raise `ConfigurationError` rather than serve people as the owner of the tables or a superuser."""
    for words in _mighty_logins():
        raise ConfigurationError(f"{words}; pages are not served so. {owner.REMEDY}")


@checks.register(checks.Tags.database, deploy=True)
def web_is_not_the_owner(app_configs: Any, databases: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Check that pages are served with no more rights than they need."""
    found = _mighty_logins() if databases else ()
    return [checks.Error(f"{words}.", hint=owner.REMEDY, id="clinic.E003") for words in found]


def _mighty_logins() -> Iterator[str]:
    """Name what signs in with too many rights; the demonstration, and development with DEBUG=1, may.

    A database that does not answer is passed over: pages say so themselves.
    """
    for name, address in {} if settings.DEMO or settings.DEBUG else database.addresses().items():
        with suppress(psycopg.OperationalError), psycopg.connect(**{**address, "connect_timeout": 3}) as session:
            if excess := owner.excess(session):
                yield f"{name} signs in to the database as {excess}"


@checks.register(checks.Tags.database)
def postgresql_is_recent(app_configs: Any, databases: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Check that the server knows NULLS NOT DISTINCT, MERGE and the like (PostgreSQL 15)."""
    found = [connections[alias].cursor().connection.info.server_version for alias in databases or []]
    return [
        checks.Error(
            f"PostgreSQL {version // 10000} is too old.",
            hint="Point DATABASE_URL at PostgreSQL 15 or newer.",
            id="clinic.E001",
        )
        for version in found
        if version < OLDEST_POSTGRESQL
    ]


@checks.register(checks.Tags.database)
def database_knows_all_letters(app_configs: Any, databases: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Check that names of every script can be kept, folded and found."""
    return [message for alias in databases or [] for message in _about_letters(alias)]


def _about_letters(alias: str) -> list[checks.CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("select current_setting('server_encoding'), lower('Ж') = 'ж'")
        encoding, has_case = cursor.fetchone()
    if encoding != "UTF8":
        words = f"The database keeps its texts in {encoding}; names beyond it could be neither kept nor found."
        return [checks.Error(words, hint=HOW_TO_CREATE, id="clinic.E002")]
    if not has_case:
        words = "The database's locale knows no letters beyond ASCII: ÖZIL and Özil are found, БОРИС and Борис are not."
        return [checks.Warning(words, hint=HOW_TO_CREATE, id="clinic.W005")]
    return []


@checks.register(checks.Tags.compatibility)
def relay_can_reach_others(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Check that a process without a relay can hear one."""
    if settings.LIVE_RELAY or settings.REDIS_URL:
        return []
    return [
        checks.Warning(
            "LIVE_RELAY=0 without REDIS_URL: no relay can reach this process; "
            f"it reads every {pace.HEARTBEAT_SECONDS:g} s.",
            hint="Set REDIS_URL, or leave LIVE_RELAY at 1.",
            id="clinic.W001",
        )
    ]


@checks.register(checks.Tags.database)
def metrics_are_the_same(app_configs: Any, databases: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Check that the database counts what this version shows, as it does when `migrate` ran with this version."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("select key from stats.metric")
                counted = {key for (key,) in cursor.fetchall()}
        except DatabaseError:
            continue  # out of reach, or `migrate` has not run yet
        found += _metrics_that_differ(counted)
    return found


def _metrics_that_differ(counted: set[str]) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    if unknown := sorted(counted - BY_KEY.keys()):
        found.append(
            checks.Warning(
                f"The database counts what this version does not know and leaves out: {', '.join(unknown)}.",
                hint="It was migrated by a newer version. Run that version here too.",
                id="clinic.W002",
            )
        )
    if missing := sorted(BY_KEY.keys() - counted):
        found.append(
            checks.Warning(
                f"This version shows what the database does not count: {', '.join(missing)}; the tiles are left out.",
                hint="Run: python manage.py migrate",
                id="clinic.W003",
            )
        )
    return found


@checks.register(checks.Tags.compatibility)
def pool_has_room(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Check that what passes by the gate finds a connection while as many requests as may are at work."""
    needed = settings.REQUESTS_AT_WORK + BESIDE_THE_GATE
    if settings.DATABASE_POOL_SIZE == 0 or needed <= settings.DATABASE_POOL_SIZE:
        return []
    return [
        checks.Warning(
            f"DATABASE_POOL_SIZE is too small for REQUESTS_AT_WORK={settings.REQUESTS_AT_WORK}.",
            hint=f"Set it to {needed} or more: downloads, live numbers and a monitor use connections of it too.",
            id="clinic.W010",
        )
    ]


@checks.register(checks.Tags.database)
def relay_can_listen(app_configs: Any, databases: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Check that the relay's connection hears what the application's database announces."""
    if not settings.LIVE_RELAY or not databases:
        return []
    try:
        asyncio.run(_listen_once())
    except echo.DeafError:
        return [
            checks.Warning(
                "LISTEN does not work on the relay's connection: numbers would only be read with each heartbeat.",
                hint="Set LIVE_DATABASE_URL to the address of PostgreSQL itself: a pooler in transaction mode, as "
                "DATABASE_URL may name, forgets LISTEN. It must name the same database.",
                id="clinic.W004",
            )
        ]
    except (DatabaseError, psycopg.Error, OSError, TimeoutError):
        pass  # out of reach, or `migrate` has not run yet
    return []


async def _listen_once() -> None:
    async with database.connect() as db:
        await echo.prove(db)
