"""Whatever fails in a hub, it comes back; meanwhile neither pages nor `/healthz` call it live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from channels.layers import get_channel_layer

from clinic.live import access, pace, receiver, supervision
from clinic.live import hub as hub_module
from clinic.live.hub import Hub
from clinic.live.messages import ACCESS_TOPIC, Close, Kind, group_of
from clinic.live.process import publish
from clinic.stats import snapshot
from tests.live.client import Client, connected
from tests.live.test_health import answer
from tests.live.test_hub import HERE, Page, begin_with, frame, process
from tests.live.test_relay import running
from tests.services import RedisServer
from tests.waiting import until, until_async
from tests.web_server import WebServer

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, and look at the clock often."""
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(hub_module, "WATCH_SECONDS", 0.02)


def failing(times: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a function raise what nobody expects before it works as ever."""
    left = times

    def fails_first(*arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            raise KeyError("visits_total")
        return function(*arguments)

    return fails_first


async def test_a_frame_that_is_fatal_to_it_does_not_end_the_hub(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        monkeypatch.setattr(page.hub, "_apply", failing(1, page.hub._apply))
        await publish(frame(2, patients_total=8))
        await until_async(lambda: page.hub.state()["mode"] == "failing", what="a hub that says that it fails")
        assert page.hub.state()["failing"] == {"hub: hearing the relay": "KeyError: 'visits_total'"}
        await publish(frame(2, patients_total=8))
        await page.gets(lambda m: m["seq"] == 2, "the frame sent again")
        assert page.hub.state()["mode"] == "live"
        assert page.hub.state()["failing"] == {}


async def test_a_frame_of_a_kind_it_does_not_know_is_left_out(
    sql: Sql, transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    receiver._name_unreadable.cache_clear()
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        for _ in range(2):
            await get_channel_layer().group_send(group_of(HERE), frame(1).to_layer() | {"kind": "poem"})
        await publish(frame(2, patients_total=8))
        await page.gets(lambda m: m["seq"] == 2, "the next frame")
        assert page.hub.state()["failing"] == {}
    assert len([record for record in caplog.records if "poem" in record.getMessage()]) == 1


async def test_while_it_cannot_hear_the_relay_it_reads_itself_and_says_slower(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.1)
    layer = get_channel_layer()
    new_channel, members = layer.new_channel, set(layer.groups.get(group_of(HERE), ()))
    monkeypatch.setattr(layer, "new_channel", failing(1000, new_channel))
    monkeypatch.setattr("clinic.database.identity.read", lambda: HERE)
    hub = Hub()
    page = Page(hub)
    task = asyncio.create_task(hub.run())
    try:
        await page.gets(lambda m: m.get("mode") == "polling", "a reading of its own")
        assert hub.state()["mode"] == "polling"
        assert hub.state()["failing"] == {"hub: hearing the relay": "KeyError: 'visits_total'"}
        monkeypatch.setattr(layer, "new_channel", new_channel)
        await until_async(lambda: set(layer.groups.get(group_of(HERE), ())) - members, what="a hub that hears")
        await publish(frame(1, Kind.SNAPSHOT, patients_total=1))
        await page.gets(lambda m: m.get("mode") == "live", "the relay")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_reading_that_fails_is_tried_again(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(snapshot, "look", failing(2, snapshot.look))
    async with process() as page:
        await page.gets(lambda m: m.get("mode") == "polling", "a reading of its own")


async def test_a_hub_with_nothing_new_to_show_says_so_and_shows_nothing_to_a_page_that_comes(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        assert page.hub.state()["mode"] == "starting"
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        assert page.hub.state()["mode"] == "live"
        monkeypatch.setattr(snapshot, "look", failing(10_000, snapshot.look))
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.05)
        await until_async(lambda: page.hub.state()["mode"] == "silent", what="a hub that says that it is silent")
        late = Page(page.hub)
        late.subscriber.start_over()
        await asyncio.sleep(0)
        assert late.messages == []
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 60)
        monkeypatch.setattr(snapshot, "look", failing(0, real_look))
        page.hub._shown_at = -1e9
        await publish(replace(frame(1), kind=Kind.HEARTBEAT))
        await late.gets(lambda m: m["type"] == "snapshot", "the numbers, with the relay's next word")
        await publish(replace(frame(1), kind=Kind.HEARTBEAT))  # a reading of its own may have come between
        await until_async(lambda: page.hub.state()["mode"] == "live", what="a hub that is live again")


real_look = snapshot.look


async def test_rights_are_checked_again_until_they_could_be(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        monkeypatch.setattr(access, "of_sessions", failing(2, access.of_sessions))
        await begin_with(page, frame(1, Kind.SNAPSHOT))
        await publish(replace(frame(2), topics=frozenset({ACCESS_TOPIC})))
        await until_async(lambda: page.closed == [Close.SIGNED_OUT], what="the close of a page that has no session")


async def test_a_socket_that_cannot_be_closed_keeps_no_other_open(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process() as page:
        other = Page(page.hub)
        for each in (page, other):
            each.subscriber.access = replace(each.subscriber.access, expires_at=datetime.now(UTC))
        broken = next(iter(page.hub._everybody()))
        monkeypatch.setattr(broken, "close", failing(10_000, broken.close))
        fine = other if broken is page.subscriber else page
        await until_async(lambda: Close.SIGNED_OUT in fine.closed, what="the close of the other one")


async def test_a_relay_that_meets_what_nobody_expects_leads_again(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as station:
        await station.shows(patients_total=0)
        monkeypatch.setattr(station.relay, "_send", failing(1, station.relay._send))
        sql.execute("insert into patient (first_name) values ('Ada')")
        await station.shows(patients_total=1)
        assert len({frame.epoch for frame in station.news}) == 2
        await until_async(lambda: station.relay.faults() == {}, what="a relay that is well")


async def test_what_a_relay_fails_of_is_known_while_it_does(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as station:
        monkeypatch.setattr(station.relay, "_lead", failing(10_000, station.relay._lead))
        await until_async(station.relay.faults, what="a fault")
        assert station.relay.faults() == {"relay": "KeyError: 'visits_total'"}
        assert [f for f in station.frames if f.kind is not Kind.HEARTBEAT] == []


@pytest.fixture
def without_redis(database_url: str, tmp_path: Path) -> Iterator[tuple[WebServer, RedisServer]]:
    """A web server that was started before its Redis."""
    redis = RedisServer()
    server = WebServer(database_url, tmp_path / "log", REDIS_URL=redis.url).start()
    yield server, redis
    server.stop()
    redis.stop()


async def test_while_redis_is_not_there_numbers_come_slower_and_afterwards_live_again(
    without_redis: tuple[WebServer, RedisServer], sign_in: Callable[[str], str], sql: Sql
) -> None:
    server, redis = without_redis
    async with connected(server, sign_in("manager")) as page:
        await page.receive("snapshot")
        status, told = await asyncio.to_thread(answer, server)
        assert (status, told["hub"]["mode"]) == (503, "polling")
        assert "hub: hearing the relay" in told["hub"]["failing"]
        sql.execute("insert into patient (first_name) values ('Ada')")
        await page.until(patients_total=1)
        redis.start()
        await goes_on_live(server, page, sql, patients=2)
        redis.stop()
        await asyncio.to_thread(until, lambda: mode(server) == "polling", what="a server that reads by itself")
        sql.execute("insert into patient (first_name) values ('Mary')")
        await page.until(patients_total=3)
        redis.start()
        await goes_on_live(server, page, sql, patients=4)


async def goes_on_live(server: WebServer, page: Client, sql: Sql, patients: int) -> None:
    """Wait until the server is well again, and see that a page is told the next change."""
    await asyncio.to_thread(until, lambda: answer(server)[0] == 200, what="a server that is well")
    sql.execute("insert into patient (first_name) values ('Grace')")
    await page.until(patients_total=patients)


def mode(server: WebServer) -> object:
    """How the numbers come, as a monitor is told."""
    return answer(server)[1]["hub"]["mode"]
