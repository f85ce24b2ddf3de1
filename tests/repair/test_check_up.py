"""Check-ups as the relay makes them; what they find and mend is in `tests/sql/test_check_up.py`."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import psycopg
import pytest

from clinic.live import check_up
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
def past_the_triggers(sql: Sql) -> Any:
    """Run statements that no trigger sees, as a hasty administrator does."""

    def run(*statements: str) -> None:
        enabled = sql.execute(
            "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger"
            " where not tgisinternal and tgrelid = any (%s::regclass[])",
            [TABLES],
        ).fetchall()
        for table in TABLES:
            sql.execute(f"alter table {table} disable trigger all")
        for statement in statements:
            sql.execute(statement)
        words = {"A": "enable always", "R": "enable replica", "O": "enable"}
        for table in TABLES:
            sql.execute(f"alter table {table} enable trigger all")
        for table, name, state in enabled:
            sql.execute(f"alter table {table} {words[state]} trigger {name}")

    return run


def found_by_check_up(sql: Sql) -> list[str]:
    row = sql.execute("select found from stats.make_check_up()").fetchone()
    assert row
    return list(row[0])


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
    from tests.live.test_relay import running

    past_the_triggers("insert into patient (first_name) values ('unseen')")
    async with running() as station:
        await station.shows(patients_total=1)
        await until_async(lambda: "mended them: " in caplog.text, what="a word in the log")


async def test_a_failed_check_up_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    async def make() -> list[str]:
        tries.append(1)
        if len(tries) == 1:
            raise psycopg.OperationalError("the server is gone")
        return []

    monkeypatch.setattr(check_up, "make", make)
    monkeypatch.setattr(check_up, "RETRY_SECONDS", 0.01)
    task = asyncio.create_task(check_up.keep_making())
    await until_async(lambda: len(tries) == 2, what="a second try")
    task.cancel()


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-06-01T12:00:00+00:00", 12),
        ("2026-06-01T23:00:00+00:00", 1),
        ("2026-03-28T23:30:00+00:00", 1.5),
    ],
    ids=["by day", "after midnight", "the night summer time begins"],
)
def test_it_waits_for_the_clinics_night(settings: Any, now: str, hours: float) -> None:
    settings.CLINIC_TIME_ZONE = "Europe/Berlin"
    assert check_up.seconds_to_night(datetime.fromisoformat(now)) == hours * 3600
