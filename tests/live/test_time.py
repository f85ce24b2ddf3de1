"""Time: the clinic's day ends by itself, whatever the clocks do; all on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.live import elapsed
from clinic.live import relay as relay_module
from clinic.live.check_up import next_night
from clinic.live.elapsed import Stopwatch
from tests.live.test_relay import Connect, Sql, asleep, running

no_other_relay = pytest.mark.usefixtures("no_other_relay")
CLOCK = "select pg_get_functiondef('clock.now'::regproc)"
ZONE = "select pg_get_functiondef('clock.time_zone'::regproc)"
Turn = Callable[[str, str], None]


@pytest.fixture
def turn_clock(sql: Sql) -> Iterator[Turn]:
    """Set the clinic's clock, which goes on from there, for all sessions: a moment and a zone."""
    as_installed = [_definition(sql, query) for query in (CLOCK, ZONE)]

    def turn(moment: str, zone: str) -> None:
        sql.execute(
            "create or replace function clock.time_zone() returns text language sql immutable parallel safe"
            f" return '{zone}'"
        )
        sql.execute(
            "create or replace function clock.now() returns timestamptz language sql stable parallel safe"
            f" return clock_timestamp() + ('{moment}'::timestamptz - '{datetime.now(UTC).isoformat()}'::timestamptz)"
        )

    yield turn
    for definition in as_installed:
        sql.execute(definition)


def _definition(sql: Sql, query: str) -> str:
    row = sql.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return str(row[0])


@pytest.fixture
def no_safety_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing but the day's end to show the change."""
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 3600)


DAY_ENDS = [
    ("UTC", "2026-03-01T23:59:57+00:00", "2026-03-02"),
    ("Europe/Berlin", "2026-03-29T21:59:57+00:00", "2026-03-30"),
    ("Europe/Berlin", "2026-10-25T22:59:57+00:00", "2026-10-26"),
    ("Africa/Cairo", "2026-04-23T21:59:57+00:00", "2026-04-24"),
    ("Africa/Cairo", "2026-10-29T21:59:57+00:00", "2026-10-30"),
]
IDS = ["utc", "summer time began", "summer time ended", "no midnight", "the last hour came twice"]


@no_other_relay
@pytest.mark.parametrize(("zone", "moment", "tomorrow"), DAY_ENDS, ids=IDS)
async def test_at_midnight_it_publishes_by_itself(
    zone: str, moment: str, tomorrow: str, sql: Sql, turn_clock: Turn, no_safety_read: None
) -> None:
    turn_clock("2026-01-01T12:00:00+00:00", zone)
    sql.execute(f"insert into booking (date, status) values (date '{tomorrow}' - 1, 'confirmed')")
    sql.execute(f"insert into booking (date, status) values ('{tomorrow}', 'confirmed'), ('{tomorrow}', 'completed')")
    async with running() as station:
        await asleep(station)
        turn_clock(moment, zone)
        sql.execute("update booking set notes = 'so that the relay sees the turned clock'")
        await station.shows(appointments_today=2)
        assert station.relay.found_by_safety_read == 0
        assert station.news[0].metrics["appointments_today"][0] == 0


@no_other_relay
async def test_a_clock_set_back_brings_yesterday_back_and_then_today_again(
    sql: Sql, turn_clock: Turn, no_safety_read: None
) -> None:
    turn_clock("2026-03-01T23:59:57+00:00", "UTC")
    sql.execute("insert into booking (date, status) values ('2026-03-02', 'confirmed')")
    async with running() as station:
        await station.shows(appointments_today=1)
        turn_clock("2026-03-01T23:59:56+00:00", "UTC")
        sql.execute("update booking set notes = 'the clock was set back'")
        await station.shows(appointments_today=0)
        await station.shows(appointments_today=1)
        assert station.relay.found_by_safety_read == 0


@no_other_relay
async def test_a_relay_that_slept_through_midnight_looks_as_soon_as_it_wakes(
    sql: Sql, turn_clock: Turn, no_safety_read: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_clock("2026-03-01T20:00:00+00:00", "UTC")
    sql.execute("insert into booking (date, status) values ('2026-03-02', 'confirmed')")
    async with running() as station:
        await station.shows(appointments_today=0)
        await asleep(station)
        turn_clock("2026-03-02T05:00:00+00:00", "UTC")
        suspend(monkeypatch, hours=9)
        await station.shows(appointments_today=1)
        assert station.relay.found_by_safety_read == 0


@no_other_relay
async def test_a_day_that_only_the_safety_read_saw_end_is_no_failure_of_the_bell(
    sql: Sql, turn_clock: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.3)
    turn_clock("2026-03-01T12:00:00+00:00", "UTC")
    sql.execute("insert into booking (date, status) values ('2026-03-02', 'confirmed')")
    async with running() as station:
        await asleep(station)
        turn_clock("2026-03-02T12:00:00+00:00", "UTC")
        await station.shows(appointments_today=1)
        await asleep(station)
        assert station.relay.found_by_safety_read == 0


def suspend(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """Do to the clocks what closing a laptop does: the wall clock went on, the monotonic one stood still."""
    true_time = elapsed.time
    monkeypatch.setattr(elapsed, "time", lambda: true_time() + hours * 3600)


def test_a_stopwatch_believes_the_clock_that_saw_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elapsed, "monotonic", lambda: 100.0)
    monkeypatch.setattr(elapsed, "time", lambda: 5000.0)
    watch = Stopwatch()
    monkeypatch.setattr(elapsed, "monotonic", lambda: 130.0)
    assert watch.seconds() == 30
    monkeypatch.setattr(elapsed, "time", lambda: 1400.0)
    assert watch.seconds() == 30, "a clock set back"
    monkeypatch.setattr(elapsed, "time", lambda: 8600.0)
    assert watch.seconds() == 3600, "a machine that slept"


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Africa/Cairo", "America/Havana", "Pacific/Apia", "Asia/Kolkata"]
)
def test_the_database_knows_when_each_day_of_the_year_ends(zone: str, connect: Connect) -> None:
    """Compared with a search through the hours, which shares nothing with it."""
    session = connect(autocommit=False)
    session.execute(
        "create or replace function clock.time_zone() returns text language sql immutable parallel safe"
        f" return '{zone}'"
    )
    begin = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    for hour in range(0, 366 * 24, 11):
        moment = begin + timedelta(hours=hour)
        session.execute("select set_config('clock.now', %s, true)", [moment.isoformat()])
        row = session.execute("select clock.day_ends_at()").fetchone()
        assert row is not None
        assert row[0] == end_of_day(moment, ZoneInfo(zone)), moment
    session.rollback()


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Search for the first quarter of an hour on another day."""
    today = moment.astimezone(zone).date()
    quarter = moment.replace(minute=moment.minute // 15 * 15)
    while quarter.astimezone(zone).date() == today:
        quarter += timedelta(minutes=15)
    return quarter


@pytest.mark.parametrize(
    ("zone", "now", "night"),
    [
        ("Europe/Berlin", "2026-06-01T12:00:00", "2026-06-02T00:00:00"),
        ("Europe/Berlin", "2026-06-01T23:00:00", "2026-06-02T00:00:00"),
        ("Europe/Berlin", "2026-03-28T23:30:00", "2026-03-29T01:00:00"),
        ("Europe/Berlin", "2026-03-29T01:00:00", "2026-03-30T00:00:00"),
        ("Europe/Berlin", "2026-10-25T00:00:00", "2026-10-26T01:00:00"),
        ("Europe/Berlin", "2026-10-25T00:30:00", "2026-10-26T01:00:00"),
        ("UTC", "2026-01-01T01:59:59", "2026-01-01T02:00:00"),
        ("UTC", "2026-01-01T02:00:00", "2026-01-02T02:00:00"),
    ],
)
def test_each_night_has_one_check_up_also_when_the_clocks_change(
    settings: object, zone: str, now: str, night: str
) -> None:
    settings.CLINIC_TIME_ZONE = zone  # type: ignore[attr-defined]
    assert next_night(datetime.fromisoformat(now + "+00:00")) == datetime.fromisoformat(night + "+00:00")
