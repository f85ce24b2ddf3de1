"""Series per day and openings equal what the rows say, folded or pending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinic.stats.catalogue import METRICS
from tests.sql import oracle
from tests.sql.conftest import Pool
from tests.sql.exactness import current
from tests.sql.oracle import Amounts, Place, Session

SUBJECTS = ["patient", "booking", "medical_record", "bill", "payment", "inventory_item"]


def kept(session: Session, before: int = 400) -> dict[Place, Amounts]:
    """Read the series of all days around today."""
    rows = session.execute(
        "select subject, state, day, n, billed, paid"
        " from stats.daily(%s::text[], clock.today() - %s::int, clock.today() + %s::int)",
        [SUBJECTS, before, before],
    ).fetchall()
    return {(subject, state, day): (n, billed, paid) for subject, state, day, n, billed, paid in rows}


def counted(session: Session) -> dict[Place, Amounts]:
    """Count the rows of each subject, state and day."""
    places = oracle.recount(oracle.read_rows(session))
    return {place: amounts for place, amounts in places.items() if place[0] in SUBJECTS and place[2] is not None}


@pytest.mark.parametrize(
    "change",
    [
        "select",
        "update booking set date = date + 1, status = 'completed' where id = 1",
        "delete from payment; update bill set issued_on = clock.today()",
        "truncate booking cascade; insert into booking (date) values (clock.today())",
    ],
)
def test_the_series_equal_a_recount_before_and_after_folding(clinic: Session, change: str) -> None:
    clinic.execute(change)
    assert kept(clinic) == counted(clinic) != {}
    clinic.execute("select stats.fold()")
    assert kept(clinic) == counted(clinic)


def test_the_series_of_an_old_snapshot_do_not_move(clinic: Session, pool: Pool) -> None:
    reader = pool.take()
    reader.execute("begin isolation level repeatable read")
    before = kept(reader)
    clinic.execute("update booking set date = date + 1")
    clinic.execute("select stats.fold()")
    assert kept(reader) == before != kept(clinic)


def test_only_the_days_asked_for_are_given(clinic: Session) -> None:
    today = oracle.today(clinic)
    assert {day for _subject, _state, day in kept(clinic, 1) if day} <= {today + timedelta(n) for n in (-1, 0, 1)}


@pytest.fixture
def unopened(clinic: Session) -> Iterator[Session]:
    """A clinic whose days have no opening yet, and have none afterwards."""
    clinic.execute("delete from stats.opening")
    yield clinic
    clinic.execute("reset clock.now; delete from stats.opening")


def opening(session: Session) -> dict[str, object]:
    """Read the present day's opening."""
    return dict(session.execute("select key, value from stats.opening where day = clock.today()").fetchall())


def test_a_days_opening_is_kept_once_and_stays(unopened: Session) -> None:
    assert unopened.execute("select stats.open_day()").fetchone() == (True,)
    before = current(unopened)
    assert opening(unopened) == before
    unopened.execute("insert into patient (first_name) values ('Zoe')")
    assert unopened.execute("select stats.open_day()").fetchone() == (False,)
    assert opening(unopened) == before != current(unopened)


def test_midnight_begins_another_opening(unopened: Session) -> None:
    oracle.turn_clock(unopened, "2026-03-01 23:59:00")
    unopened.execute("select stats.open_day()")
    unopened.execute("insert into patient (first_name) values ('Zoe')")
    oracle.turn_clock(unopened, "2026-03-02 00:00:00")
    assert unopened.execute("select stats.open_day()").fetchone() == (True,)
    query = "select day::text, value from stats.opening where key = 'patients_total' order by 1"
    days = unopened.execute(query).fetchall()
    assert [(day, int(value)) for day, value in days] == [("2026-03-01", 5), ("2026-03-02", 6)]


def test_opening_a_day_rings_for_a_relay_that_sleeps(unopened: Session, bell: object) -> None:
    unopened.execute("select stats.open_day()")
    assert bell.rang()  # type: ignore[attr-defined]


def test_no_writer_waits_while_a_day_is_being_opened(unopened: Session, pool: Pool) -> None:
    first = pool.take()
    first.execute("begin")
    first.execute("select stats.open_day()")
    writer = pool.take()
    writer.execute("set lock_timeout = '2s'")
    writer.execute("insert into patient (first_name) values ('never waits')")
    first.execute("commit")
    assert unopened.execute("select stats.open_day()").fetchone() == (False,)
    assert len(opening(unopened)) == len(METRICS)
