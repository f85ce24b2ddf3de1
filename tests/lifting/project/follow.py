"""Runs inside the project that lifted the packages: writes as a script does, and prints what was counted and sent."""

from __future__ import annotations

import asyncio
import json
import os
import pkgutil
from typing import Any

import django
import psycopg

django.setup()

from channels.testing import WebsocketCommunicator  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import Permission, User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

import clinic  # noqa: E402
from clinic.live import process  # noqa: E402
from clinic.live.routing import websockets  # noqa: E402

SECONDS = 40
OF_ONE_MESSAGE = 20
"""Shorter, so that what ended the socket is told, and not that nothing came."""
BEFORE = """
insert into book (title) values ('Emma'), ('Faust'), ('Ulysses');
insert into loan (book_id, fee) values (1, 1.50), (2, 2.25);
begin; insert into book (title) values ('Nobody''s'); rollback;
update loan set status = 'back' where book_id = 2;
"""
AFTER = "insert into loan (book_id, fee) select id, 10 from book; delete from book where title = 'Faust'"
WANTED_AFTER = {"books_total": 2, "loans_out": 3, "fees_total": "21.50"}

Sql = psycopg.Connection[Any]


def current(sql: Sql) -> dict[str, str]:
    """Read the numbers."""
    return {key: str(value) for key, value in sql.execute("select key, value from stats.current").fetchall()}


def session_of(name: str, *rights: str) -> str:
    """Sign somebody in who has some rights; returns the session's key."""
    user = User.objects.create_user(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


class Reader:
    """A browser's end of a socket, which keeps what it was sent."""

    def __init__(self, session_key: str) -> None:
        ours = {"cookie": f"sessionid={session_key}", "host": "localhost", "origin": "http://localhost"}
        headers = [(name.encode(), value.encode()) for name, value in ours.items()]
        self.socket = WebsocketCommunicator(websockets, "/ws/live/", headers=headers)
        self.numbers: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.topics: set[str] = set()

    async def receive(self) -> None:
        """Take the next message and acknowledge it."""
        message = json.loads(await self.socket.receive_from(timeout=OF_ONE_MESSAGE))
        for key, (value, text) in message.get("metrics", {}).items():
            self.numbers[key], self.texts[key] = value, text
        self.topics |= set(message.get("topics", []))
        await self.socket.send_to(json.dumps({"ack": message["seq"]}))

    async def until(self, wanted: dict[str, Any]) -> None:
        """Receive until the numbers are those."""
        async with asyncio.timeout(SECONDS):
            while self.numbers != wanted:
                await self.receive()


async def live(sql: Sql, sessions: tuple[str, str]) -> dict[str, Any]:
    """Let two readers of different rights listen while a script writes."""
    process.start()
    everything, shelves = (Reader(session) for session in sessions)
    for reader in (everything, shelves):
        assert (await reader.socket.connect(timeout=SECONDS))[0]
    await everything.until({"books_total": 3, "loans_out": 1, "fees_total": "3.75"})
    await shelves.until({"books_total": 3})
    await asyncio.to_thread(sql.execute, AFTER)
    await everything.until(WANTED_AFTER)
    await shelves.until({"books_total": 2})
    for reader in (everything, shelves):
        await reader.socket.disconnect()
    await process.stop()
    return {
        "texts": everything.texts,
        "topics": sorted(everything.topics & {"book", "loan"}),
        "shelves": shelves.numbers,
        "shelves_heard": sorted(shelves.topics & {"book", "loan"}),
    }


def main() -> dict[str, Any]:
    """Count, then listen, then check."""
    sessions = session_of("counter", "view_book", "view_loan"), session_of("visitor", "view_book")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, application_name="a script") as sql:
        for statement in BEFORE.split(";"):
            sql.execute(statement)
        told: dict[str, Any] = {"before": current(sql)}
        told |= asyncio.run(live(sql, sessions))
        told["after"] = current(sql)
        told["off"] = sql.execute("select key from stats.verify()").fetchall()
        told["found"] = sql.execute("select found from stats.make_check_up()").fetchone()
        told["days"] = sql.execute("select sum(n)::int from stats.daily('{loan}', '-infinity', 'infinity')").fetchone()
        told["changed_by"] = sql.execute("select distinct changed_by from book").fetchall()
        sql.execute("truncate book cascade")
        told["emptied"] = current(sql)
    told["packages"] = sorted(module.name for module in pkgutil.iter_modules(clinic.__path__))
    return told


if __name__ == "__main__":
    print(json.dumps(main()))
