"""A database or a relay of a newer version, or an older one: what is unknown is left out by name, not died of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.db import connections
from django.test import Client

from clinic import checks
from clinic.live.messages import Frame, Kind, UnreadableFrameError
from clinic.live.process import publish
from clinic.stats import snapshot
from clinic.stats.catalogue import METRICS
from tests.live.client import connected
from tests.live.test_health import answer
from tests.live.test_hub import begin_with, frame, process
from tests.live.test_relay import running
from tests.waiting import until, until_async
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
PACKED = Frame(
    Kind.FRAME, "epoch", 3, datetime(2026, 3, 1, tzinfo=UTC), {"patients_total": (7, "7")}, database="1.2", term=5
).to_layer()


@pytest.fixture
def newer(sql: Sql) -> Iterator[Sql]:
    """A database that `migrate` of the next version has been through: it counts one thing more."""
    sql.execute(
        "insert into stats.metric (position, key, subject, states, is_today, measure)"
        " values (99, 'visits_total', 'patient', null, false, 'n')"
    )
    yield sql
    sql.execute("delete from stats.metric where key = 'visits_total'")


@pytest.fixture
def older(sql: Sql) -> Iterator[Sql]:
    """A database that does not count services' patients yet."""
    sql.execute("create temp table gone as select * from stats.metric where key = 'patients_total'")
    sql.execute("delete from stats.metric where key = 'patients_total'")
    yield sql
    sql.execute("insert into stats.metric select * from gone")


@pytest.mark.usefixtures("no_other_relay")
async def test_a_relay_passes_over_a_metric_it_does_not_know_and_names_it_once(
    newer: Sql, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot._name_unknown.cache_clear()
    async with running() as station:
        await station.shows(patients_total=0)
        newer.execute("insert into patient (first_name) values ('Ada')")
        await station.shows(patients_total=1)
        newer.execute("insert into patient (first_name) values ('Grace')")
        await station.shows(patients_total=2)
    assert station.value("visits_total") is None
    assert len({frame.epoch for frame in station.frames}) == 1, "it led all the while"
    assert [r.getMessage() for r in caplog.records if "visits_total" in r.getMessage()] == [
        "the database counts visits_total, which this process does not know: left out until it is restarted"
    ]


@pytest.mark.usefixtures("no_other_relay")
async def test_a_metric_that_the_database_gets_while_a_relay_leads_is_taken_from_the_next_whole_look(
    older: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.live.relay.SAFETY_SECONDS", 0.5)
    async with running() as station:
        await station.shows(bookings_total=0)
        older.execute("insert into stats.metric select * from gone")
        older.execute("insert into patient (first_name) values ('Ada')")
        await station.shows(patients_total=1)
        older.execute("delete from stats.metric where key = 'patients_total'")
    assert len({frame.epoch for frame in station.frames}) == 1


@pytest.mark.usefixtures("no_other_relay")
async def test_what_the_database_counts_no_longer_is_taken_from_the_pages(
    sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.live.relay.SAFETY_SECONDS", 0.5)
    async with running() as station:
        await station.shows(bookings_total=0)
        before = len(station.frames)
        sql.execute("create temp table gone as select * from stats.metric where key = 'patients_total'")
        sql.execute("delete from stats.metric where key = 'patients_total'")
        try:
            await until_async(
                lambda: any(frame.kind is Kind.SNAPSHOT for frame in station.frames[before:]), what="all numbers"
            )
        finally:
            sql.execute("insert into stats.metric select * from gone")
            sql.execute("drop table gone")
    (told,) = [frame for frame in station.frames[before:] if frame.kind is Kind.SNAPSHOT][:1]
    assert "patients_total" not in told.metrics
    assert "patients_total" not in told.keys
    assert "bookings_total" in told.metrics


async def test_a_hub_shows_nothing_that_an_older_relay_does_not_keep_up(sql: Sql, transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT, bookings_total=7))
        older = replace(frame(3, bookings_total=8), keys=frozenset({"bookings_total"}))
        await publish(older)
        message = await page.gets(lambda m: m["seq"] == 3, "a reading of the database after the gap")
    assert message["metrics"] == {"bookings_total": [0, "0"]}, "no patients: they would stand still"


async def test_a_running_server_goes_on_when_migrate_brings_a_metric(
    shared_server: WebServer, newer: Sql, sign_in: Any
) -> None:
    async with connected(shared_server, sign_in("manager")) as page:
        newer.execute("insert into patient (first_name) values ('Ada')")
        await page.until(patients_total=1)
        newer.execute("insert into patient (first_name) values ('Grace')")
        await page.until(patients_total=2)
        assert "visits_total" not in page.metrics
    until(lambda: answer(shared_server)[0] == 200, what="a server that is well")
    assert answer(shared_server)[1]["hub"]["failing"] == {}


def test_pages_and_commands_leave_out_what_only_the_database_knows(
    newer: Sql, client: Client, staff: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    client.force_login(staff["manager"])
    assert client.get("/").content.decode().count('class="tile') >= len(METRICS)
    assert "visits_total" not in client.get("/").content.decode()
    call_command("stats", "show")
    assert "visits_total" not in capsys.readouterr().out


def test_pages_and_commands_leave_out_what_the_database_lacks(
    older: Sql, client: Client, staff: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    client.force_login(staff["manager"])
    for path in ("/", "/dashboard/stats/", "/dashboard/trends/", "/patients/"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "tile-patients_total" not in response.content.decode()
    call_command("stats", "show")
    shown = capsys.readouterr().out
    assert "bookings_total" in shown
    assert "patients_total" not in shown


def found(messages: list[CheckMessage]) -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in messages]


def test_a_check_names_what_only_the_database_counts(newer: Sql, transactional_db: None) -> None:
    (message,) = checks.metrics_are_the_same(None, databases=["default"])
    assert message.id == "clinic.W002"
    assert message.msg == "The database counts what this version does not know and leaves out: visits_total."
    assert message.hint


def test_a_check_names_what_only_this_version_shows(older: Sql, transactional_db: None) -> None:
    (message,) = checks.metrics_are_the_same(None, databases=["default"])
    assert message.id == "clinic.W003"
    assert "does not count: patients_total" in message.msg
    assert message.hint == "Run: python manage.py migrate"


def test_the_check_is_content_when_both_are_the_same(sql: Sql, transactional_db: None) -> None:
    assert found(checks.metrics_are_the_same(None, databases=["default"])) == []


def test_the_check_says_nothing_before_migrate_has_run(sql: Sql, transactional_db: None) -> None:
    sql.execute("alter table stats.metric rename to metric_of_old")
    try:
        assert found(checks.metrics_are_the_same(None, databases=["default"])) == []
    finally:
        sql.execute("alter table stats.metric_of_old rename to metric")


def test_the_check_says_nothing_when_the_database_is_out_of_reach(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections["default"].close()
    with monkeypatch.context() as astray:
        astray.setitem(connections["default"].settings_dict, "PORT", "1")
        assert found(checks.metrics_are_the_same(None, databases=["default"])) == []


def test_django_knows_these_checks() -> None:
    from django.core.checks.registry import registry

    known = {check.__name__ for check in registry.get_checks(include_deployment_checks=True)}
    assert known >= {"metrics_are_the_same", "relay_can_reach_others", "postgresql_is_recent"}


def test_a_newer_frame_is_read_without_what_is_new_in_it() -> None:
    newer = PACKED | {"spread": 5, "metrics": {"patients_total": [7, "7", "+2"]}}
    assert Frame.from_layer(newer) == Frame.from_layer(PACKED)


def test_a_frame_without_numbers_or_topics_has_none() -> None:
    bare = {key: value for key, value in PACKED.items() if key not in ("metrics", "topics")}
    assert Frame.from_layer(bare).metrics == {}
    assert Frame.from_layer(bare).topics == frozenset()


@pytest.mark.parametrize("change", [{"kind": "poem"}, {"at": "at noon"}, {"seq": None, "kind": []}, {"metrics": 5}])
def test_a_frame_that_cannot_be_read_is_called_unreadable(change: dict[str, object]) -> None:
    with pytest.raises(UnreadableFrameError):
        Frame.from_layer(PACKED | change)
