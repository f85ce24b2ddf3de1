"""Who leads, when the leader is stopped, cut off or wakes up late; and whose frames hubs refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from channels.layers import get_channel_layer

from clinic.live import lease, pace
from clinic.live import relay as relay_module
from clinic.live.database import LEADER_LOCK, Database, Leader
from clinic.live.lease import Lookout
from clinic.live.messages import Kind, group_of
from clinic.live.process import publish
from tests.live.test_hub import HERE, begin_with, frame, process
from tests.live.test_relay import asleep, running
from tests.waiting import until_async

pytestmark = pytest.mark.usefixtures("no_other_relay")
Sql = psycopg.Connection[Any]
Connect = Callable[..., Sql]
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew and miss signs of life within moments."""
    for name, seconds in {"RENEW_SECONDS": 0.1, "OVERDUE_SECONDS": 1.0, "STANDBY_SECONDS": 0.05}.items():
        monkeypatch.setattr(lease, name, seconds)
    monkeypatch.setattr(relay_module, "NAP_SECONDS", 0.05)


@pytest.fixture
def silent_leader(connect: Connect) -> Sql:
    """A session that holds the leader's lock and asks for nothing any more, as that of a stopped relay does."""
    session = connect(name="a relay that was stopped")
    session.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    return session


async def test_a_leader_without_a_sign_of_life_is_ended_and_another_leads(
    sql: Sql, silent_leader: Sql, hasty: None, caplog: pytest.LogCaptureFixture
) -> None:
    async with running() as station:
        await station.shows(patients_total=0)
    with pytest.raises(psycopg.errors.AdminShutdown):
        silent_leader.execute("select 1")
    assert [record for record in caplog.records if "no sign of life" in record.getMessage()]


async def test_control_a_standby_that_only_waits_for_the_lock_waits_for_ever(
    sql: Sql, silent_leader: Sql, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lookout, "is_overdue", lambda _self, _leader: False)
    tries = 0
    try_to_lead = Database.try_to_lead

    async def counted(self: Database) -> bool:
        nonlocal tries
        tries += 1
        return await try_to_lead(self)

    monkeypatch.setattr(Database, "try_to_lead", counted)
    async with running() as station:
        await until_async(lambda: tries > 40, timeout=20, what="many tries")
        assert station.frames == []


async def test_a_leader_that_sleeps_for_long_is_left_alone(
    sql: Sql, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 3600)
    monkeypatch.setattr(lease, "OVERDUE_SECONDS", 2.0)
    signs: set[object] = set()
    is_overdue = Lookout.is_overdue

    def remembered(self: Lookout, leader: Leader | None) -> bool:
        signs.add(leader and leader.sign)
        return is_overdue(self, leader)

    monkeypatch.setattr(Lookout, "is_overdue", remembered)
    async with running() as first:
        await asleep(first)
        async with running() as second:
            await until_async(lambda: len(signs) > 20, what="signs of life over longer than is allowed without one")
            assert second.frames == []
    assert len({each.epoch for each in first.frames}) == 1


async def test_a_leader_that_was_ended_while_it_slept_publishes_nothing_more_as_before(
    sql: Sql, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 3600)
    async with running() as station:
        await asleep(station)
        first = station.news[0].epoch
        before = len(station.frames)
        sql.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 359029")
        station.relay._beat_due = 0.0  # it would give a sign of life at once
        await until_async(lambda: len(station.frames) > before, timeout=20, what="what it says next")
        assert station.frames[before].kind is Kind.SNAPSHOT
        assert station.frames[before].epoch != first


async def test_each_term_is_greater_than_the_one_before(sql: Sql) -> None:
    terms = []
    for _ in range(3):
        async with running() as station:
            await station.shows(patients_total=0)
            terms.append(station.news[0].term)
    assert terms == sorted(set(terms))


async def test_frames_bear_the_identity_of_their_database(sql: Sql) -> None:
    row = sql.execute(
        "select system_identifier || '.' || d.oid from pg_control_system(), pg_database d"
        " where d.datname = current_database()"
    ).fetchone()
    async with running() as station:
        await station.shows(patients_total=0)
        assert {each.database for each in station.frames} == {row[0]} if row else False


async def test_what_an_earlier_leader_still_publishes_reaches_nobody(sql: Sql, transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, replace(frame(1, Kind.SNAPSHOT, patients_total=7), term=20))
        await publish(replace(frame(9, Kind.SNAPSHOT, patients_total=3), term=19, epoch="earlier"))
        await publish(replace(frame(2, patients_total=8), term=20))
        await page.gets(lambda m: m["seq"] == 2, "the next frame of the one that leads")
        assert [m["metrics"]["patients_total"][0] for m in page.messages if m["metrics"]] == [7, 8]
        assert page.hub.state()["refused"] == {"of a relay that no longer leads": 1}


async def test_where_terms_begin_again_the_new_leader_is_heard_once_the_last_is_silent(
    sql: Sql, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "hub_silence_seconds", lambda: 0.2)
    async with process() as page:
        await begin_with(page, replace(frame(1, Kind.SNAPSHOT, patients_total=7), term=20))
        heard = page.hub._receiver._heard_at
        monkeypatch.setattr(page.hub._receiver, "_heard_at", heard - 1)
        await publish(replace(frame(9, Kind.SNAPSHOT, patients_total=3), term=2, epoch="promoted"))
        await page.gets(lambda m: m["seq"] == 9, "the new leader's numbers")


async def test_numbers_of_another_installation_on_the_same_redis_reach_nobody(sql: Sql, transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        foreign = replace(frame(2, patients_total=10_292), database="9.9")
        await publish(foreign)  # which goes to that one's own group
        await get_channel_layer().group_send(group_of(HERE), foreign.to_layer())
        await publish(frame(2, patients_total=8))
        message = await page.gets(lambda m: m["seq"] == 2, "this database's next frame")
        assert message["metrics"]["patients_total"] == [8, "8"]
        assert page.hub.state()["refused"] == {"of another database": 1}


async def test_a_frame_counts_by_what_its_reading_saw_even_after_the_clock_was_set_back(
    sql: Sql, transactional_db: None
) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, patients_total=7))
        await publish(frame(3))
        await page.gets(lambda m: m["seq"] == 3, "a reading of the database")
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        await publish(replace(frame(4, patients_total=12), at=an_hour_ago))
        await page.gets(lambda m: m["seq"] == 4, "the frame")
        page.subscriber.start_over()
        message = await page.gets(lambda m: m["type"] == "snapshot", "what a page that comes now is told")
        assert message["metrics"]["patients_total"] == [12, "12"]


class TestLookout:
    """When a leader counts as overdue."""

    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        seconds = [0.0]

        class Watch:
            def __init__(self) -> None:
                self.begun = seconds[0]

            def seconds(self) -> float:
                return seconds[0] - self.begun

        monkeypatch.setattr(lease, "Stopwatch", Watch)
        return seconds

    @pytest.mark.parametrize(
        ("state", "sign", "after", "is_overdue"),
        [
            ("idle", NOW, 2.9, False),
            ("idle", NOW, 3.1, True),
            ("active", NOW, 60, False),  # it folds what an import left
            ("active", NOW, 121, True),
            (None, None, 999, False),  # a role that may not see: nobody is ended blindly
        ],
    )
    def test_by_the_time_since_its_last_sign_was_first_seen(
        self, clock: list[float], state: str | None, sign: datetime | None, after: float, is_overdue: bool
    ) -> None:
        leader = Leader(1, NOW, sign, state)
        lookout = Lookout()
        for _ in range(3):
            assert lookout.is_overdue(leader) is False
        clock[0] += after
        assert lookout.is_overdue(leader) is is_overdue

    def test_not_when_the_standby_itself_stood_still(self, clock: list[float]) -> None:
        lookout = Lookout()
        assert lookout.is_overdue(Leader(1, NOW, NOW, "idle")) is False
        clock[0] += 60
        assert lookout.is_overdue(Leader(1, NOW, NOW, "idle")) is False

    def test_each_sign_begins_the_time_over(self, clock: list[float]) -> None:
        lookout = Lookout()
        for second in range(20):
            clock[0] += 2
            assert lookout.is_overdue(Leader(1, NOW, NOW + timedelta(seconds=second), "idle")) is False

    def test_a_new_leader_is_given_its_own_time(self, clock: list[float]) -> None:
        lookout = Lookout()
        for _ in range(5):
            lookout.is_overdue(Leader(1, NOW, NOW, "idle"))
        clock[0] += 9
        assert lookout.is_overdue(Leader(2, NOW, NOW, "idle")) is False
