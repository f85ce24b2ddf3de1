"""Check-ups as the relay makes them; what they find and mend is in `tests/sql/test_check_up.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from clinic.live import check_up, supervision
from clinic.live import relay as relay_module
from clinic.live.check_up import CheckUps
from tests.live.test_relay import asleep, running
from tests.repair.databases import Sql, value
from tests.waiting import until_async

TABLES = [
    "patient",
    "practitioner",
    "service",
    "booking",
    "medical_record",
    "bill",
    "payment",
    "inventory_item",
    "stock_movement",
]


@pytest.fixture
def past_the_triggers(sql: Sql) -> Iterator[Any]:
    """Run statements that no trigger sees, as a hasty administrator does."""

    def run(*statements: str) -> None:
        for table in TABLES:
            sql.execute(f"alter table {table} disable trigger all")
        for statement in statements:
            sql.execute(statement)
        for table in TABLES:
            sql.execute(f"alter table {table} enable trigger all")

    yield run
    sql.execute("select stats.enable_triggers()")


def found_by_check_up(sql: Sql) -> list[str]:
    row = sql.execute("select found from stats.make_check_up()").fetchone()
    assert row
    return list(row[0])


def check_ups(sql: Sql) -> int:
    """Return the number of the last check-up."""
    row = sql.execute("select coalesce(max(id), 0) from stats.check_up").fetchone()
    assert row
    return int(row[0])


def test_all_is_exact_and_said_to_be(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    assert found_by_check_up(sql) == []
    assert sql.execute("select found from stats.check_up order by id desc limit 1").fetchone() == ([],)


def test_only_the_subject_that_is_off_is_recounted_and_the_others_stay_exact(sql: Sql, past_the_triggers: Any) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    past_the_triggers("insert into service (name) values ('Visit')")
    found = found_by_check_up(sql)
    assert all(name.startswith("service") for name in found)
    sql.execute("insert into patient (first_name) values ('Grace')")
    assert value(sql, "patients_total") == "2"
    assert sql.execute("select * from stats.verify()").fetchall() == []


def test_counters_of_another_cluster_are_known_by_its_identity_whatever_its_transaction_ids(sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('Ada')")
    sql.execute("update stats.folded set server = server + 1")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="kept by another server"):
        sql.execute("select * from stats.current")
    assert sql.execute("select stats.fold()").fetchone() == (None,)
    assert found_by_check_up(sql) == ["all of a restored database"]
    assert value(sql, "patients_total") == "1"
    assert sql.execute("select * from stats.verify()").fetchall() == []


def test_writers_go_on_while_it_counts(sql: Sql, connect: Any) -> None:
    sql.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 1000)")
    checking = connect(autocommit=False)
    checking.execute("select stats.make_check_up()")
    sql.execute("set lock_timeout = '1s'")
    sql.execute("insert into patient (first_name) values ('Grace')")
    sql.execute("update patient set phone = '1'")
    checking.commit()
    assert value(sql, "patients_total") == "1001"
    assert sql.execute("select * from stats.verify()").fetchall() == []


async def test_the_relay_mends_by_itself_when_it_begins(
    sql: Sql, past_the_triggers: Any, no_other_relay: None, caplog: pytest.LogCaptureFixture
) -> None:
    past_the_triggers("insert into patient (first_name) values ('unseen')")
    async with running() as station:
        await station.shows(patients_total=1)
        await until_async(lambda: "mended them: " in caplog.text, what="a word in the log")


async def test_check_ups_can_be_left_to_somebody_else(
    sql: Sql, no_other_relay: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    made: list[str] = []
    monkeypatch.setattr(CheckUps, "keep_making", lambda self: made.append("a check-up"))
    settings.LIVE_CHECK_UPS = False
    async with running() as station:
        await asleep(station)
    assert made == []


async def test_a_failed_check_up_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    async def make() -> list[str]:
        tries.append(1)
        if len(tries) == 1:
            raise psycopg.OperationalError("the server is gone")
        return []

    monkeypatch.setattr(check_up, "make", make)
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.01)
    task = asyncio.create_task(CheckUps().keep_making())
    await until_async(lambda: len(tries) == 2, what="a second try")
    task.cancel()


async def test_triggers_disabled_and_enabled_again_are_noticed_and_all_is_checked(
    sql: Sql, past_the_triggers: Any, no_other_relay: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "SAFETY_SECONDS", 0.1)
    before = check_ups(sql)
    async with running() as station:
        await asleep(station)
        await until_async(lambda: check_ups(sql) > before, timeout=20, what="the check-up of a relay that begins")
        past_the_triggers("insert into patient (first_name) values ('unseen')")
        await station.shows(patients_total=1)
        await until_async(lambda: off(sql) == [], timeout=20, what="triggers that fire always")
        assert station.relay.found_by_safety_read == 0


async def test_triggers_that_are_still_disabled_are_named_in_the_log(
    sql: Sql, no_other_relay: None, caplog: pytest.LogCaptureFixture
) -> None:
    sql.execute("alter table service disable trigger track_inserted")
    try:
        await check_up.make()
        assert "disabled triggers count nothing until they are enabled again: track_inserted on service" in caplog.text
        assert off(sql) == ["track_inserted"]
    finally:
        sql.execute("alter table service enable always trigger track_inserted")


def test_a_writer_is_not_kept_waiting_for_triggers_to_be_enabled(sql: Sql, connect: Any) -> None:
    sql.execute("alter table service enable trigger track_inserted")
    writer = connect(autocommit=False)
    writer.execute("insert into service (name) values ('under way')")
    assert sql.execute("select array(select stats.enable_triggers())").fetchone() == (["track_inserted on service"],)
    writer.commit()
    sql.execute("select stats.enable_triggers()")
    assert off(sql) == []


def off(sql: Sql) -> list[str]:
    """List the triggers that do not fire as installed."""
    return [name for (name,) in sql.execute("select trigger from stats.triggers_off()").fetchall()]


def test_what_a_check_up_cannot_mend_is_left_to_a_person(caplog: pytest.LogCaptureFixture) -> None:
    check_up.report(["bill.amount_paid of 7", "bill.amount_paid of 7 cannot be mended: too much", "patients_total"])
    assert "found 2 numbers off" not in caplog.text
    assert "found 1 numbers off and mended them" in caplog.text
    assert "leaves this to a person: bill.amount_paid of 7 cannot be mended: too much" in caplog.text
