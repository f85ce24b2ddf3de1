"""The hub: gaps are healed, a silent relay is replaced by its own reading, and several processes agree."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from clinic.live import access, pace
from clinic.live import hub as hub_module
from clinic.live.access import Access, Audience
from clinic.live.consumers import LiveConsumer
from clinic.live.hub import Hub
from clinic.live.messages import ACCESS_TOPIC, Close, Frame, Kind, Message, group_of
from clinic.live.process import publish
from clinic.live.subscriber import Subscriber
from clinic.stats.catalogue import SECTIONS
from tests.live.client import connected
from tests.services import RedisServer
from tests.waiting import PATIENCE_SECONDS, until_async
from tests.web_server import WebServer

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]
HERE = "1.2"
"""The identity that hubs of these tests take their database for."""
EVERYTHING = Audience(frozenset(section.key for section in SECTIONS))


class Page:
    """An open page: a subscriber that acknowledges at once, unless it is stuck, and remembers."""

    def __init__(self, hub: Hub, audience: Audience = EVERYTHING) -> None:
        self.messages: list[dict[str, Any]] = []
        self.read = 0
        self.closed: list[Close] = []
        self.is_stuck = False
        self.hub = hub
        access = Access("no session", "ada", audience, datetime.now(UTC) + timedelta(hours=1))
        self.subscriber = Subscriber(access, send=self.take, close=self.close, render=hub.render)
        hub.add(self.subscriber, hub.rights_heard)

    async def take(self, message: Message) -> None:
        self.messages.append(json.loads(message["text"]))
        if not self.is_stuck:
            self.subscriber.acknowledge(self.messages[-1]["seq"])

    async def close(self, reason: Close) -> None:
        self.closed.append(reason)

    async def gets(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Read on, message by message, to one that is wanted."""

        def reads_on() -> bool:
            while self.read < len(self.messages):
                self.read += 1
                if wanted(self.messages[self.read - 1]):
                    return True
            return False

        await until_async(reads_on, what=what)
        return self.messages[self.read - 1]


@asynccontextmanager
async def process() -> AsyncIterator[Page]:
    """One web process without a relay, which has joined the group, and a page open on it."""
    groups = get_channel_layer().groups
    group = group_of(HERE)
    before = set(groups.get(group, ()))
    hub = Hub()
    page = Page(hub)
    tasks = [asyncio.create_task(hub.run())]
    try:
        with patch("clinic.database.identity.read", return_value=HERE):
            await until_async(lambda: set(groups.get(group, ())) - before, what="the hub in its group")
            yield page
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def frame(seq: int, kind: Kind = Kind.FRAME, **metrics: int) -> Frame:
    at = datetime.now(UTC) + timedelta(minutes=1)
    numbers = {key: (value, str(value)) for key, value in metrics.items()}
    return Frame(kind, "epoch", seq, at, numbers, order=(2**62, 0), database=HERE, term=1)


async def begin_with(page: Page, message: Frame) -> None:
    """Publish a first message and wait until the page has it."""
    await publish(message)
    await page.gets(lambda m: m["seq"] == message.seq, "the first message")


async def test_a_frame_out_of_order_is_replaced_by_what_the_database_says(sql: Sql, transactional_db: None) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        before = page.messages[-1]
        await publish(frame(3, patients_total=8))
        message = await page.gets(lambda m: m["seq"] == 3, "a snapshot in the gap's place")
        assert message["type"] == "snapshot"
        assert message["metrics"]["patients_total"] == [1, "1"]
        assert message["changed"]["booking"] != before["changed"]["booking"], "lists may have missed something too"


async def test_the_same_frame_in_order_is_passed_on(sql: Sql, transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        await publish(frame(2, patients_total=8))
        message = await page.gets(lambda m: m["seq"] == 2, "the frame")
        assert message["type"] == "frame"
        assert message["metrics"] == {"patients_total": [8, "8"]}


async def test_a_frame_older_than_what_the_hub_read_itself_changes_no_number(sql: Sql, transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT))
        await publish(frame(3))
        await page.gets(lambda m: m["seq"] == 3, "a reading of the database")
        stale = replace(frame(4, patients_total=99), order=(3, 0))
        await publish(stale)
        await page.gets(lambda m: m["seq"] == 4, "the old frame")
        page.subscriber.fall_behind()
        message = await page.gets(lambda m: m["type"] == "snapshot", "what the hub holds")
        assert message["metrics"]["patients_total"] == [0, "0"]


async def test_without_a_relay_numbers_come_slower_and_the_browser_is_told(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "WATCH_SECONDS", 0.05)
    async with process() as page:
        message = await page.gets(lambda m: m.get("mode") == "polling", "a reading of its own")
        sql.execute("insert into patient (first_name) values ('Ada')")
        message = await page.gets(
            lambda m: bool(m.get("metrics")) and m["metrics"]["patients_total"][0] == 1, "the change"
        )
        assert message["mode"] == "polling"
        message = await page.gets(lambda m: m["type"] == "heartbeat", "a sign of life while nothing changes")
        assert message["mode"] == "polling"
        assert page.hub.state()["mode"] == "polling"
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 60)
        await publish(frame(1, Kind.SNAPSHOT, patients_total=1))
        await page.gets(lambda m: m.get("mode") == "live", "the relay's return")


async def test_a_gap_that_only_a_heartbeat_shows_is_healed(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 3600)  # or the hub, hearing nothing more, reads by itself
    sql.execute("insert into patient (first_name) values ('Ada')")
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        await publish(frame(2, Kind.HEARTBEAT))
        message = await page.gets(lambda m: m["seq"] == 2, "a snapshot in the lost frame's place")
        assert message["type"] == "snapshot"
        assert message["metrics"]["patients_total"] == [1, "1"]


async def test_a_page_that_acknowledges_nothing_for_too_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "stuck_seconds", lambda: 0.02)
    monkeypatch.setattr(hub_module, "WATCH_SECONDS", 0.02)
    async with process() as page:
        reading = Page(page.hub)
        page.is_stuck = True
        await begin_with(page, frame(1, Kind.SNAPSHOT))
        await until_async(lambda: page.closed, what="the close")
        assert page.closed[0] == Close.TOO_SLOW
        assert reading.closed == []


async def test_a_page_whose_session_is_over_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 3600)  # or a hub that hears nothing reads, and finds no session
    async with process() as page:
        page.subscriber.access = replace(page.subscriber.access, expires_at=datetime.now(UTC))
        await until_async(lambda: page.closed == [Close.SIGNED_OUT], timeout=15, what="the close")


class Reading:
    """Reading of sessions' access, which rests once between the database's answer and its use."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_done, self.may_be_used = threading.Event(), threading.Event()
        self._read = access.of_sessions
        monkeypatch.setattr(access, "of_sessions", self)

    def __call__(self, session_keys: list[str]) -> dict[str, Access]:
        found = self._read(session_keys)
        if not self.is_done.is_set():
            self.is_done.set()
            self.may_be_used.wait()
        return found


async def open_while_rights_are_lost(
    page: Page, session_key: str, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> WebsocketCommunicator:
    """Open a socket whose user loses all rights, as the hub hears, after they were read and before it is served."""
    monkeypatch.setattr("clinic.live.process.hub", lambda: page.hub)
    reading = Reading(monkeypatch)
    socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws/live/")
    socket.scope["cookies"] = {"sessionid": session_key}
    await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
    await socket.connect(timeout=PATIENCE_SECONDS)
    await until_async(reading.is_done.is_set, what="the access that was read")
    sql.execute("delete from auth_user_groups")
    await publish(replace(frame(2), topics=frozenset({ACCESS_TOPIC})))
    await page.gets(lambda m: m["seq"] == 2, "the news of changed rights")
    reading.may_be_used.set()
    return socket


async def test_rights_lost_between_their_reading_and_the_first_snapshot_close_the_socket(
    sql: Sql, sign_in: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        socket = await open_while_rights_are_lost(page, sign_in("manager"), sql, monkeypatch)
        while (message := await socket.receive_output(timeout=PATIENCE_SECONDS))["type"] != "websocket.close":
            assert message["type"] == "websocket.send"
        assert message["code"] == Close.NOT_ALLOWED


async def test_control_unless_the_hub_compares_what_it_heard_such_a_socket_hears_on(
    sql: Sql, sign_in: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        add = page.hub.add
        monkeypatch.setattr(page.hub, "add", lambda subscriber, _heard: add(subscriber, page.hub.rights_heard))
        socket = await open_while_rights_are_lost(page, sign_in("manager"), sql, monkeypatch)
        await until_async(lambda: page.closed, what="the check of those who were served when the news came")
        assert "text" in await socket.receive_output(timeout=PATIENCE_SECONDS)
        await publish(frame(3, patients_total=8))
        assert "text" in await socket.receive_output(timeout=PATIENCE_SECONDS)
        await socket.disconnect()


@pytest.mark.usefixtures("sign_in")  # signing in is a change of access
async def test_rights_lost_in_a_gap_between_frames_close_the_socket_too(sql: Sql) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT))
        await publish(frame(3))
        await page.gets(lambda m: m["seq"] == 3, "a reading of the database")
        await until_async(lambda: page.closed, what="the close of a page that has no session")


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis of the test's own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def two_processes(database_url: str, redis: RedisServer, tmp_path: Path) -> Iterator[list[WebServer]]:
    """Two web processes that share frames through Redis; one of them leads."""
    servers = [WebServer(database_url, tmp_path / f"{n}.log", REDIS_URL=redis.url).start() for n in (1, 2)]
    yield servers
    for server in servers:
        server.stop()


async def test_sockets_of_two_processes_hear_the_one_relay(
    two_processes: list[WebServer], sign_in: Callable[[str], str], sql: Sql
) -> None:
    first, second = two_processes
    async with connected(first, sign_in("manager")) as one, connected(second, sign_in("manager")) as other:
        sql.execute("insert into patient (first_name) values ('Ada')")
        await one.until(patients_total=1)
        await other.until(patients_total=1)
        assert (await one.receive("heartbeat"))["epoch"] == (await other.receive("heartbeat"))["epoch"]
