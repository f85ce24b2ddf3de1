"""One change, and a thousand pages with a list open ask for it again: until all are right, errors, connections.

Each page does what `static/js/live-parts.js` does: it hears the frame on its socket and asks within the span that the
server gave, for nothing older than the change.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import uniform
from threading import Event, Thread
from time import perf_counter

from tests.benchmarks.clients import Browser, Crowd, allow_many_sockets, crowd
from tests.benchmarks.database import Connection, connect
from tests.benchmarks.harness import Figure, Size, at_least, at_most
from tests.benchmarks.programs import WebServer, running
from tests.benchmarks.sessions import signed_in

LIST = "/bookings/?status=pending"
FILL = """
insert into booking (patient_name, patient_phone, date)
select 'Patient ' || n, '0170 ' || n, clock.today() + n % 30 from generate_series(1, 500) n
"""
CHANGE = "update booking set patient_name = 'Changed just now' where id = 1"
CONNECTIONS = (
    "select count(*) from pg_stat_activity where datname = current_database() and application_name ~ '^clinic'"
)
POOL_SIZE = 8
"""The setting's own value; beside it the relay, the check-ups and the reading of rights have a connection each."""
BESIDE_THE_POOL = 4
REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nHX-Request: true\r\nAccept-Encoding: gzip\r\n"
    "Cookie: sessionid={session}\r\n{after}\r\n"
)


@dataclass
class Pages:
    """What came back to the pages that asked."""

    began: float
    right_after: list[float] = field(default_factory=list)
    errors: int = 0


def measure(size: Size) -> Iterator[Figure]:
    """Measure on uvicorn and on daphne, with one web process."""
    allow_many_sockets()
    sessions = signed_in(size.pick(1_000, 50))
    with connect() as connection:
        connection.execute(FILL)
        for server in ("uvicorn", "daphne"):
            yield from _one_change(connection, server, sessions)


def _one_change(connection: Connection, server: str, sessions: Sequence[str]) -> Iterator[Figure]:
    with running(WebServer(server, LIVE_CHECK_UPS="0")) as program, crowd(program.port, sessions) as many:
        spread = int(_found(rb'"spread":(\d+)', many.browsers[-1].first))
        connection.execute("update booking set patient_name = 'Patient 1' where id = 1")
        heard_of(many, "booking")
        with Watch() as watch:
            used, began = program.cpu_seconds(), perf_counter()
            connection.execute(CHANGE)
            frame = heard_of(many, "booking")
            heard = perf_counter() - began
            pages = asyncio.run(_ask_all(program.port, sessions, began, spread / 1000, _after(frame)))
        used = 1000 * (program.cpu_seconds() - used) / len(sessions)
    what = f"{len(sessions):,} pages, one change, {server}"
    late = max(pages.right_after)
    yield Figure(
        f"{what}: until all are right",
        "",
        [late],
        "s",
        at_most(5),
        f"all heard it after {heard:.1f} s, ask within {spread / 1000:g} s, {used:.1f} ms of CPU each",
    )
    yield Figure(
        f"{what}: answered without an error", "", [len(sessions) - pages.errors], "pages", at_least(len(sessions))
    )
    yield Figure(
        f"{what}: connections", "", [watch.most], "", at_most(POOL_SIZE + BESIDE_THE_POOL), f"a pool of {POOL_SIZE}"
    )


def heard_of(many: Crowd, topic: str) -> bytes:
    """Wait until every browser's last frame tells of a topic; returns the frame."""
    waiting = set(many.browsers)
    word = f'"{topic}"'.encode()

    def note(browser: Browser) -> None:
        if word in browser.last[-200:] and b'"frame"' in browser.last[:40]:
            waiting.discard(browser)

    many.receive_while(lambda: bool(waiting), note)
    return many.browsers[0].last


def _after(frame: bytes) -> str:
    epoch, at = _found(rb'"epoch":"([^"]+)"', frame), _found(rb'"at":"([^"]+)"', frame)
    return f"Live-After: {epoch} {int(datetime.fromisoformat(at).timestamp() * 1000) + 1}\r\n"


async def _ask_all(port: int, sessions: Sequence[str], began: float, spread: float, after: str) -> Pages:
    pages = Pages(began)
    async with asyncio.TaskGroup() as tasks:
        for session in sessions:
            tasks.create_task(_ask(pages, port, session, uniform(0, spread), after))
    return pages


async def _ask(pages: Pages, port: int, session: str, pause: float, after: str) -> None:
    """Ask as one page does, again where the server is too busy."""
    while True:
        await asyncio.sleep(pause)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST.format(path=LIST, session=session, after=after).encode())
        answer = await reader.read(-1)
        writer.close()
        if answer.startswith(b"HTTP/1.1 200"):
            seconds = perf_counter() - pages.began
            assert b"Changed just now" in _text(answer), "a page was sent what it had"
            pages.right_after.append(seconds)
            return
        pages.errors += 1
        pause = uniform(1, 2) * int(_found(rb"(?i)retry-after: (\d+)", answer))


def _text(answer: bytes) -> bytes:
    head, _mark, body = answer.partition(b"\r\n\r\n")
    return gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body


def _found(pattern: bytes, text: bytes) -> str:
    found = re.search(pattern, text)
    assert found, (pattern, text[:300])
    return found[1].decode()


class Watch:
    """Counts the web process's sessions at the database as long as it goes on."""

    def __enter__(self) -> Watch:
        self.most = 0
        self._is_over = Event()
        self._thread = Thread(target=self._count)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _count(self) -> None:
        with connect() as connection:
            while not self._is_over.wait(0.05):
                row = connection.execute(CONNECTIONS).fetchone()  # type: ignore[call-overload]
                self.most = max(self.most, int(row[0]))
