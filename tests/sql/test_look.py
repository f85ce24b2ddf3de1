"""A look tells how much the numbers moved since the one before, and all of them where that cannot be told.

After each kind of statement, and in random programs, a follower looks too: `playing.play`, `programs.Program`.
"""

from __future__ import annotations

import pytest

from tests.concurrency.conftest import Spoil, without
from tests.sql.conftest import Pool
from tests.sql.following import Follower
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level
from tests.sql.test_folding import fold

__all__ = ["without"]

WRONG = "update stats.total set n = n + 5, version = version + 1 where subject = 'patient'"
each_exception = pytest.mark.parametrize(
    ("change", "rule"),
    [("truncate patient cascade", "d.is_reset or "), ("select stats.rebuild()", " or d.op = 'recount'")],
    ids=["a truncation", "a recount"],
)
PAID = "insert into payment (bill_id, amount) values (1, 25); update booking set status = 'completed' where id = 1"


@pytest.fixture
def follower(clinic: Session, pool: Pool) -> Follower:
    """Somebody who has looked at the small clinic once."""
    return Follower(pool.take())


def test_a_look_tells_only_what_moved(clinic: Session, follower: Follower) -> None:
    clinic.execute("update patient set phone = '555 0100'")
    assert follower.assert_keeps_up().metrics == {}
    clinic.execute(PAID)
    assert set(follower.assert_keeps_up().metrics) == {
        *("bookings_confirmed", "bookings_completed", "bills_unpaid", "bills_partially_paid"),
        *("amount_paid_total", "balance_outstanding"),
    }


@at_each_isolation_level()
def test_what_commits_late_is_added_once_no_matter_who_folds_meanwhile(
    level: str, clinic: Session, follower: Follower, pool: Pool
) -> None:
    early, late = pool.take(), pool.take()
    for writer in (early, late):
        writer.execute(f"begin isolation level {level}")
        writer.execute("insert into patient (first_name) values ('Under way')")
    for step in ("insert into service (name) values ('Meanwhile')", "select stats.fold()"):
        clinic.execute(step)
        assert not follower.assert_keeps_up().is_whole
    early.execute("commit")
    assert not follower.assert_keeps_up().is_whole
    fold(clinic)
    late.execute("commit")
    assert follower.assert_keeps_up().metrics == {"patients_total": 1}


def test_who_looks_within_a_transaction_of_their_own_sees_their_own_changes(
    clinic: Session, follower: Follower
) -> None:
    follower.session.execute("begin")
    for name in ("One", "Two"):
        follower.session.execute("insert into patient (first_name) values (%s::text)", [name])
        clinic.execute("insert into patient (first_name) values ('Somebody else''s')")
        assert follower.assert_keeps_up().is_whole
    follower.session.execute("rollback")


@each_exception
def test_what_moves_numbers_by_no_sum_is_looked_at_whole(change: str, rule: str, clinic: Session, pool: Pool) -> None:
    clinic.execute(WRONG)
    follower = Follower(pool.take())
    clinic.execute(change)
    assert follower.assert_keeps_up().is_whole
    clinic.execute("select stats.rebuild()")


@each_exception
def test_control_without_the_rule_a_follower_goes_wrong(
    change: str, rule: str, clinic: Session, pool: Pool, without: Spoil
) -> None:
    clinic.execute(WRONG)
    follower = Follower(pool.take())
    clinic.execute(change)
    with without("stats.look(text,date)", rule), pytest.raises(AssertionError):
        follower.assert_keeps_up()
    clinic.execute("select stats.rebuild()")


def test_another_day_is_looked_at_whole(clinic: Session, follower: Follower) -> None:
    clinic.execute("insert into booking (date, status) values (clock.today() + 1, 'confirmed')")
    assert not follower.assert_keeps_up().is_whole
    follower.session.execute("select set_config('clock.now', (now() + interval '1 day')::text, false)")
    assert follower.assert_keeps_up().is_whole


def test_who_looked_before_what_was_pruned_looks_at_all(clinic: Session, follower: Follower) -> None:
    for name in ("One", "Two", "Three"):
        clinic.execute("insert into patient (first_name) values (%s::text)", [name])
        fold(clinic)
    look = follower.assert_keeps_up()
    assert look.is_whole
    assert {"patient", "booking", "access", "day"} <= look.topics
