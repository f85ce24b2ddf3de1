"""The relay's own connection: never pooled, never in a transaction, and quick to notice its death.

It goes to `LIVE_DATABASE_URL`, PostgreSQL's own address where `DATABASE_URL` is that of a pooler: LISTEN, and the lock
of the leader, belong to a session.

Place: the relay opens it; it hands back looks; every failure is an exception that ends the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connections

from clinic.database.identity import IDENTITY
from clinic.live.counters import counted
from clinic.live.elapsed import Stopwatch
from clinic.stats.snapshot import LOOK, Look

DEADLINE_SECONDS = 10.0
"""A query that takes longer means that the server is gone or as good as gone."""

FOLD_SECONDS = 120.0
"""A fold takes as long as what it folds is much: after an import of a million statements, seconds."""

ECHO_CHANNEL = "stats_echo"
"""Where a connection hears whether it hears at all; `stats.echo` announces there."""

LEADER_LOCK = 0x57A75
"""Known to `stats.status` and `stats.is_led` too."""

RESIGN_SECONDS = 1.0
SERVER_KEEPALIVE = """
select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),
       set_config('tcp_keepalives_count', '3', false)
 where pg_backend_pid() = %s
"""
"""How PostgreSQL in its turn notices that a relay's host is gone, where no standby looks. Never a pooler's session."""

THOROUGH_LOOK = f"select look.*, stats.is_ring_deferred(), stats.trigger_marks() from ({LOOK}) as look"  # noqa: S608

OLDEST_COMMIT = "select min(pg_xact_commit_timestamp(d.xid::xid)) from stats.deltas_since(%s::pg_snapshot) d"
DATED_LOOK = f"select look.*, ({OLDEST_COMMIT}) from ({LOOK}) as look"  # noqa: S608
"""A look, with when the first of the changes that it sees was committed: of the one statement's snapshot."""


class Signs(NamedTuple):
    """What nobody rings for: a prepared transaction's word, and the marks of the triggers' state."""

    is_ring_deferred: bool
    trigger_marks: str


WHO_LEADS = """
select a.pid, a.backend_start, greatest(a.query_start, a.state_change), a.state
  from pg_locks l join pg_stat_activity a using (pid)
 where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
   and l.classid = 0 and l.objid = %s and l.objsubid = 1 and l.granted and l.mode = 'ExclusiveLock'
"""
BEGIN_TERM = f"select ({IDENTITY}), pg_current_xact_id()::text, current_setting('track_commit_timestamp')::boolean"
END = "select pg_terminate_backend(pid) from pg_stat_activity where pid = %s and backend_start = %s"


class Leader(NamedTuple):
    """The session of the leading relay, when it last began or ended a query, and its state.

    The last two are null, or tell nothing, for who may not see them: another role, or without `track_activities`.
    """

    pid: int
    began: datetime
    sign: datetime | None
    state: str | None


class Database:
    """What the relay asks of PostgreSQL, one statement each. `answered` runs since its last answer.

    `knows_commits`: the server keeps when each transaction was committed (`track_commit_timestamp`).
    """

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self.connection = connection
        self._cursor = connection.cursor()  # one for all queries knows how to read their rows
        self._is_rung = False
        self._echo = ""
        self.answered = Stopwatch()
        self.knows_commits = False
        connection.add_notify_handler(lambda notify: self._hear(notify.channel, notify.payload))

    async def try_to_lead(self) -> bool:
        """Take the advisory lock that makes this session the one relay of its database."""
        return bool((await self._row("select pg_try_advisory_lock(%s)", LEADER_LOCK))[0])

    async def leader(self) -> Leader | None:
        """Tell who leads; nobody does for the moment in which a writer looks whether somebody does."""
        row = await self._row(WHO_LEADS, LEADER_LOCK)
        return Leader(*row) if row else None

    async def end(self, leader: Leader) -> None:
        """End the session of a leader that gives no sign of life; it is this role's own, or it may not be seen."""
        await self._row(END, leader.pid, leader.began)

    async def begin_term(self) -> tuple[str, int]:
        """Return the identity of this database, and a number greater than that of each term before."""
        database, term, self.knows_commits = await self._row(BEGIN_TERM)
        return database, int(term)

    async def renew(self) -> None:
        """Show that this session is alive, and find out whether it is."""
        await self._row("select 1")

    async def resign(self) -> None:
        """Tell writers that nobody needs a ring, before the lock goes with the connection.

        On a connection that is lost this fails; then writers look for the lock.
        """
        with suppress(psycopg.Error, OSError, TimeoutError):
            await self._row("select stats.wake_up()", within=RESIGN_SECONDS)

    async def listen(self) -> None:
        """Hear the bell from now on."""
        await self._execute("listen stats_bell")

    async def listen_for_echo(self) -> None:
        """Hear echoes from now on."""
        await self._execute(f"listen {ECHO_CHANNEL}")

    async def announce_echo(self, word: str) -> None:
        """Announce a word to those who hear echoes."""
        await self._row("select stats.echo(%s)", word)

    async def hears_echo(self, word: str, seconds: float) -> bool:
        """Wait for a word that another session announces, and then for no other.

        Without a query meanwhile: with its answer a pooler would hand over what an idle session is never given.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._echo != word:
                    await self._something_to_read()
                    self._take_rings()
        if self._echo != word:
            return False
        await self._execute(f"unlisten {ECHO_CHANNEL}")
        return True

    async def wake_up(self) -> None:
        """Tell writers that they need not ring."""
        await self._row("select stats.wake_up()")

    async def fall_asleep(self) -> int:
        """Ask writers to ring; returns a transaction id taken after that.

        Two statements on purpose: a writer that saw the bell unset has an older id.
        """
        await self._row("select stats.fall_asleep()")
        return int((await self._row("select pg_current_xact_id()::text"))[0])

    async def fold(self) -> bool:
        """Fold pending deltas; tells whether it did, and not another session was at it."""
        return (await self._row("select stats.fold()", within=FOLD_SECONDS))[0] is not None

    async def open_day(self) -> None:
        """Keep the present numbers as the day's opening, unless it has one."""
        await self._row("select stats.open_day()")

    async def look(self, before: Look) -> Look:
        """Read how the numbers moved since the look before, and the subjects that changed."""
        if not self.knows_commits:
            return Look.from_row(await self._row(LOOK, before.snapshot, before.today))
        *row, committed_at = await self._row(DATED_LOOK, before.snapshot, before.snapshot, before.today)
        return replace(Look.from_row(row), committed_at=committed_at)

    async def look_thoroughly(self, seen: str) -> tuple[Look, Signs]:
        """Read all numbers, the subjects that changed since the snapshot `seen`, and what nobody rings for."""
        *look, is_ring_deferred, trigger_marks = await self._row(THOROUGH_LOOK, seen, None)
        return Look.from_row(look), Signs(is_ring_deferred, trigger_marks)

    async def note_unannounced(self, topics: frozenset[str]) -> None:
        """Note for those who run this server that a change came without a ring."""
        await self._row("select stats.note_unannounced(%s)", sorted(topics))

    async def enable_triggers(self) -> list[str]:
        """Have triggers fire as installed; returns the names of those that are still off."""
        return list((await self._row("select array(select stats.enable_triggers())"))[0])

    async def make_check_up(self, seconds: float) -> list[str]:
        """Compare counters and ledgers with the rows and mend them; returns the names of what was off."""
        row = await self._row("select found from stats.make_check_up()", within=seconds)
        return list(row[0])

    async def forget_deletions(self) -> None:
        """Forget who deleted what so long ago that nobody has it on the screen any more."""
        await self._row("select changes.forget_deletions()", within=FOLD_SECONDS)

    async def rung(self, seconds: float) -> bool:
        """Wait for the bell, at most so many seconds; tells whether it rang.

        The driver's own waiting looks at the connection ten times a second.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is_rung:
                    await self._something_to_read()
                    self._take_rings()
        was_rung, self._is_rung = self._is_rung, False
        return was_rung

    async def _something_to_read(self) -> None:
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.connection.fileno(), arrived.set)
        try:
            await arrived.wait()
        finally:
            loop.remove_reader(self.connection.fileno())

    def _take_rings(self) -> None:
        pgconn = self.connection.pgconn
        pgconn.consume_input()
        while heard := pgconn.notifies():
            self._hear(heard.relname.decode(), heard.extra.decode())

    def _hear(self, channel: str, payload: str) -> None:
        """Note a ring or an echo, also one that came with a query's answer."""
        if channel == ECHO_CHANNEL:
            self._echo = payload
        else:
            counted.rings += 1
            self._is_rung = True

    async def _row(self, sql: str, *parameters: object, within: float = DEADLINE_SECONDS) -> Any:
        await self._execute(sql, *parameters, within=within)
        return await self._cursor.fetchone()

    async def _execute(self, sql: str, *parameters: object, within: float = DEADLINE_SECONDS) -> None:
        async with asyncio.timeout(within):
            await self._cursor.execute(sql, parameters or None)
        self.answered = Stopwatch()


@asynccontextmanager
async def connect(*, directly: bool = True) -> AsyncIterator[Database]:
    """Open a connection of its own to the application's database, directly or by the application's own address.

    Raises `psycopg.Error`, `OSError` or `TimeoutError`.
    """
    wanted = {**_address(directly=directly), "application_name": "clinic-pulse relay", **settings.DATABASE_KEEPALIVE}
    connection = await psycopg.AsyncConnection.connect(**wanted, autocommit=True)
    try:
        await connection.execute("set time zone 'UTC'")
        await connection.execute(SERVER_KEEPALIVE, [connection.info.backend_pid])
        yield Database(connection)
    finally:
        await connection.close()


def addresses() -> dict[str, dict[str, Any]]:
    """Return what psycopg takes to connect as this process does, by the name of the setting."""
    found = {"DATABASE_URL": _address(directly=False)}
    return found | ({"LIVE_DATABASE_URL": _address(directly=True)} if settings.LIVE_DATABASE_URL else {})


def _address(*, directly: bool) -> dict[str, Any]:
    if directly and settings.LIVE_DATABASE_URL:
        return {"conninfo": settings.LIVE_DATABASE_URL}
    parameters = connections["default"].get_connection_params()
    return {key: value for key, value in parameters.items() if isinstance(value, str | int)}
