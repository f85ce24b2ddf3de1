"""Rules that have to stand both in SQL and in Python say the same in both."""

from __future__ import annotations

import pytest

from clinic.billing.medicine import OPEN
from clinic.billing.models import Bill
from clinic.dashboard.activity import NOUNS
from clinic.live.database import LEADER_LOCK
from clinic.stats.catalogue import SECTIONS
from clinic.stats.metric import DAY
from tests.sql.conftest import Pool
from tests.sql.oracle import TABLES, Session

BILL = """
insert into booking (id, patient_id, date) values (60, 3, '2026-01-08');
insert into bill (id, patient_id, booking_id, service_fee, other_fee, discount) values (60, 3, 60, {});
"""
TOLD_OF = "select subject from stats.tracked union select subject from stats.watched"


@pytest.mark.parametrize(
    ("fees", "then", "is_open"),
    [
        ("30, 0, 0", "", True),
        ("30, 0, 0", "insert into payment (bill_id, amount) values (60, 10)", True),
        ("30, 0, 0", "insert into payment (bill_id, amount) values (60, 30)", False),
        ("30, 0, 30", "", False),
        ("0, 0, 0", "", True),
        ("0, 5, 0", "insert into payment (bill_id, amount) values (60, 5)", False),
        ("30, 0, 0", "update bill set voided_at = now() where id = 60", False),
        ("0, 0, 0", "update bill set voided_at = now() where id = 60", False),
    ],
    ids=[
        "unpaid",
        "part-paid",
        "paid",
        "free by a discount",
        "of nothing",
        "other fees paid",
        "void",
        "void of nothing",
    ],
)
def test_the_database_and_the_screens_call_the_same_bills_open(
    fees: str, then: str, is_open: bool, clinic: Session
) -> None:
    clinic.execute(BILL.format(fees) + then)
    assert clinic.execute("select ledger.open_bill_of(60)").fetchone() == (60 if is_open else None,)
    found = Bill.objects.filter(OPEN, pk=60, voided_at=None).values("id")
    query, parameters = found.query.sql_with_params()
    assert clinic.execute(query, parameters).fetchall() == ([(60,)] if is_open else [])


def test_the_feed_has_a_word_for_each_counted_table(clinic: Session) -> None:
    counted = {subject for (subject,) in clinic.execute("select subject from stats.tracked").fetchall()}
    assert counted == set(NOUNS) == set(TABLES) - {"stock_movement"}


def test_each_topic_that_is_told_has_readers_and_each_that_is_read_is_told(clinic: Session) -> None:
    told = {subject for (subject,) in clinic.execute(TOLD_OF).fetchall()}
    read = frozenset[str]().union(*(section.topics | section.also_told for section in SECTIONS))
    assert told - {"access"} == read - {DAY}


def test_writers_and_the_relay_mean_the_same_lock_of_the_leader(clinic: Session, pool: Pool) -> None:
    leader = pool.take()
    asked = "select stats.is_led(), (select relay_since from stats.status) is not null"
    assert clinic.execute(asked).fetchone() == (False, False)
    leader.execute("select pg_advisory_lock(%s)", [LEADER_LOCK])
    assert clinic.execute(asked).fetchone() == (True, True)
    leader.execute("select pg_advisory_unlock(%s)", [LEADER_LOCK])
