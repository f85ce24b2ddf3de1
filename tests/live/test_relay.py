"""The relay alone, on a real database, with a list in the channel layer's place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

import psycopg
import pytest

from clinic.live import lease, pace
from clinic.live import relay as relay_module
from clinic.live.database import THOROUGH_LOOK, Database
from clinic.live.messages import Frame, Kind
from clinic.live.relay import Relay
from clinic.stats.catalogue import METRICS
from tests.waiting import until_async

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]
Connect = Callable[..., Sql]


class Station:
    """A running relay and what it published."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.relay = Relay(self.publish)

    async def publish(self, frame: Frame) -> None:
        self.frames.append(frame)

    @property
    def news(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.kind is not Kind.HEARTBEAT]

    def value(self, key: str) -> object:
        return next((f.metrics[key][0] for f in reversed(self.frames) if key in f.metrics), None)

    async def shows(self, **wanted: object) -> None:
        await until_async(
            lambda: all(self.value(key) == value for key, value in wanted.items()),
            timeout=20,
            what=f"a frame with {wanted}",
        )


@asynccontextmanager
async def running() -> AsyncIterator[Station]:
    station = Station()
    task = asyncio.create_task(station.relay.run())
    try:
        yield station
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def asleep(station: Station) -> None:
    """Wait until the relay waits for the bell and nothing else."""
    await until_async(lambda: station.relay.is_asleep, timeout=20, what="a sleeping relay")


async def awake(sql: Sql) -> None:
    """Wait until the relay has told writers that they need not ring."""
    await until_async(
        lambda: sql.execute("select last_value from stats.bell").fetchone() == (0,), what="a relay that is awake"
    )


async def test_it_begins_with_a_snapshot_of_all_metrics(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    async with running() as station:
        await station.shows(patients_total=1)
        assert station.news[0].kind is Kind.SNAPSHOT
        assert len(station.news[0].metrics) == len(METRICS)


async def test_asleep_it_is_woken_by_the_bell(sql: Sql) -> None:
    async with running() as station:
        await asleep(station)
        sql.execute("insert into patient (first_name) values ('Ada')")
        await station.shows(patients_total=1)
        await asleep(station)
        assert station.relay.found_by_safety_read == 0


async def test_a_frame_holds_only_what_changed_and_sequence_numbers_have_no_gap(sql: Sql) -> None:
    async with running() as station:
        await asleep(station)
        sql.execute("insert into inventory_item (name, quantity) values ('gloves', 5)")
        await station.shows(inventory_items_total=1)
        assert set(station.news[-1].metrics) == {"inventory_items_total"}
        assert station.news[-1].topics == {"inventory_item"}
        assert [frame.seq for frame in station.news] == list(range(1, len(station.news) + 1))


async def test_a_change_that_moves_no_number_still_names_its_topic(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    async with running() as station:
        await asleep(station)
        before = len(station.news)
        sql.execute("update patient set phone = '555 0100'")
        await until_async(lambda: len(station.news) > before, what="a frame")
        assert station.news[-1].topics == {"patient"}
        assert station.news[-1].metrics == {}


async def test_many_commits_make_few_frames(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "LOOK_SECONDS", 1.0)  # few also where 500 commits take half a minute
    async with running() as station:
        await asleep(station)
        await asyncio.to_thread(write_patients, sql, 500)
        await station.shows(patients_total=500)
        assert len(station.news) < 100


async def test_an_open_transaction_keeps_it_looking_and_its_commit_is_seen_at_once(sql: Sql, connect: Connect) -> None:
    script = connect(autocommit=False)
    async with running() as station:
        await station.shows(patients_total=0)
        script.execute("insert into patient (first_name) values ('late')")
        sql.execute("insert into service (name) values ('another')")
        await until_async(lambda: any("service" in f.topics for f in station.news), what="the other session's frame")
        script.commit()
        await station.shows(patients_total=1)
        assert station.relay.found_by_safety_read == 0


async def test_under_load_it_is_rung_far_less_often_than_rows_are_committed(
    sql: Sql, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "LOOK_SECONDS", 1.0)  # load: each look finds rows, also on a slow machine
    ear = connect()
    ear.execute("listen stats_bell")
    async with running() as station:
        await asleep(station)
        sql.execute("insert into patient (first_name) values ('Ada')")
        await awake(sql)
        await asyncio.to_thread(write_patients, sql, 499)
        await station.shows(patients_total=500)
    ear.execute("select")
    rings = list(ear.notifies(timeout=0))
    assert 1 <= len(rings) < 250


async def test_a_killed_connection_is_replaced_and_everything_published_again(sql: Sql) -> None:
    async with running() as station:
        await asleep(station)
        kill_relays(sql)
        sql.execute("insert into patient (first_name) values ('while nobody listens')")
        await station.shows(patients_total=1)
        epochs = {frame.epoch for frame in station.news}
        assert len(epochs) == 2
        assert station.news[-1].kind is Kind.SNAPSHOT


async def test_of_two_one_leads_and_the_other_takes_over(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "STANDBY_SECONDS", 0.05)
    first = Station()
    leader = asyncio.create_task(first.relay.run())
    await first.shows(patients_total=0)
    async with running() as second:
        sql.execute("insert into patient (first_name) values ('Ada')")
        await first.shows(patients_total=1)
        assert second.frames == []
        leader.cancel()
        await asyncio.gather(leader, return_exceptions=True)
        await second.shows(patients_total=1)


async def test_the_inbox_is_folded_while_writing_goes_on(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "FOLD_AT", 10)
    async with running() as station:
        await asyncio.to_thread(write_patients, sql, 50)
        await station.shows(patients_total=50)
        await asleep(station)
    folded = sql.execute("select n from stats.total where subject = 'patient' and state = 'active'").fetchone()
    assert folded is not None
    assert folded[0] > 0


async def test_asleep_its_only_queries_are_thorough_looks(
    sql: Sql, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LIVE_CHECK_UPS = False
    asked: list[str] = []

    async def row(self: Database, query: str, *parameters: object, **how: Any) -> Any:
        asked.append(query)
        return await as_it_is(self, query, *parameters, **how)

    as_it_is = Database._row
    monkeypatch.setattr(Database, "_row", row)
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.1)
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.05)
    sql.execute("select stats.open_day()")
    async with running() as station:
        await station.shows(patients_total=0)
        sql.execute("insert into patient (first_name) values ('to be folded first')")
        await station.shows(patients_total=1)
        await until_async(lambda: asked.count("select stats.fold()") == 2, timeout=20, what="a fold of what is left")
        await asleep(station)
        asked.clear()
        await until_async(lambda: len(asked) > 4, timeout=20, what="looks of a sleeping relay")
        assert set(asked) == {THOROUGH_LOOK}


async def test_asleep_it_gives_signs_of_life_without_a_word_to_the_database(
    sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 3600)
    async with running() as station:
        await asleep(station)
        monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.05)
        station.relay._beat_due = 0.0
        looks, before = station.relay.looks, len(station.frames)
        await until_async(lambda: len(station.frames) >= before + 3, timeout=10, what="three signs of life")
        assert {frame.kind for frame in station.frames[before:]} == {Kind.HEARTBEAT}
        assert {frame.seq for frame in station.frames[before:]} == {station.news[-1].seq}
        assert station.relay.looks == looks


async def test_it_opens_the_day_once_with_the_numbers_of_its_first_look(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("delete from stats.opening")
    opened = "select value from stats.opening where day = clock.today() and key = 'patients_total'"
    async with running() as station:
        await until_async(lambda: sql.execute(opened).fetchone(), what="the day's opening")
        sql.execute("insert into patient (first_name) values ('Grace')")
        await station.shows(patients_total=2)
        await asleep(station)
    assert sql.execute(opened).fetchall() == [(1,)]


async def test_a_thorough_look_shows_what_no_delta_tells(
    sql: Sql, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LIVE_CHECK_UPS = False
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.1)
    monkeypatch.setattr(relay_module, "RING_LATE_SECONDS", 0.1)
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("select stats.fold()")
    async with running() as station:
        await station.shows(patients_total=1)
        sql.execute("update stats.total set n = n + 5, version = version + 1 where subject = 'patient'")
        await station.shows(patients_total=6)
        sql.execute("select stats.rebuild()")
        await station.shows(patients_total=1)
    sql.execute("truncate stats.unannounced")


async def test_folding_takes_from_the_pause_between_looks(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    folds, fold = 0, Database.fold

    async def fold_for_a_minute(database: Database) -> bool:
        nonlocal folds
        folds += 1
        return await fold(database)

    monkeypatch.setattr(Database, "fold", fold_for_a_minute)
    monkeypatch.setattr(relay_module, "monotonic", lambda: monotonic() + 60 * folds)
    monkeypatch.setattr(relay_module, "FOLD_AT", 1)
    async with running() as station:
        await asleep(station)
        before = folds
        monkeypatch.setattr(relay_module, "LOOK_SECONDS", 60)
        sql.execute("insert into patient (first_name) values ('Ada')")
        await until_async(lambda: folds == before + 1, timeout=20, what="a fold of what is new")
        await asleep(station)


def write_patients(sql: Sql, number: int) -> None:
    """Commit one row at a time; off the event loop, on which the relay runs."""
    for _ in range(number):
        sql.execute("insert into patient (first_name) values ('Ada')")


def kill_relays(sql: Sql) -> None:
    sql.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'clinic-pulse relay' and datname = current_database()"
    )
