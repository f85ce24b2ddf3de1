"""Two sessions pay one bill, or the same bills, at once."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.concurrency.background import Background
from tests.concurrency.conftest import Spoil
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session
from tests.waiting import until

SETTLE = "ledger.settle(bigint[])"
LOCK = "perform from public.bill where id = any (bills) order by id for no key update;"
Aside = Callable[[], Background]


def pay_twice(first: Background, second: Background, amount: int) -> None:
    """Pay bill 1 in two sessions, the second while the first has not committed."""
    first.session.execute(f"begin; insert into payment (bill_id, amount) values (1, {amount})")
    second.begins(f"insert into payment (bill_id, amount) values (1, {amount})").waits_for(first.session)
    first.session.execute("commit")
    second.ends()


def paid(clinic: Session) -> tuple[object, ...] | None:
    """Return what bill 1 says was paid, and the sum of its payments."""
    return clinic.execute(
        "select amount_paid, (select sum(amount) from payment where bill_id = 1) from bill where id = 1"
    ).fetchone()


def test_two_payments_that_fit_are_both_counted(clinic: Session, aside: Aside) -> None:
    pay_twice(aside(), aside(), 40)
    assert paid(clinic) == (80, 80)
    assert_exact_through_folds(clinic)


def test_of_two_payments_that_do_not_fit_the_second_is_refused(clinic: Session, aside: Aside) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        pay_twice(aside(), aside(), 60)
    assert refusal.value.diag.constraint_name == "payment_does_not_exceed_the_balance"
    assert paid(clinic) == (60, 60)
    assert_exact_through_folds(clinic)


def test_control_without_the_bills_lock_the_sum_goes_wrong(clinic: Session, aside: Aside, without: Spoil) -> None:
    with without(SETTLE, LOCK):
        pay_twice(aside(), aside(), 40)
    assert paid(clinic) == (40, 80)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_stricter_session_that_came_second_is_told_to_try_again(level: str, clinic: Session, aside: Aside) -> None:
    first, second = aside(), aside()
    second.session.execute(f"begin isolation level {level}; select 1")
    first.session.execute("insert into payment (bill_id, amount) values (1, 40)")
    with pytest.raises(psycopg.errors.SerializationFailure):
        second.session.execute("insert into payment (bill_id, amount) values (1, 40)")
    second.session.execute("rollback")
    assert_exact_through_folds(clinic)


def test_a_payment_waits_for_a_bill_that_is_being_voided_and_is_refused(clinic: Session, aside: Aside) -> None:
    voider, payer = aside(), aside()
    voider.session.execute("begin; update bill set voided_at = now() where id = 1")
    payer.begins("insert into payment (bill_id, amount) values (1, 40)").waits_for(voider.session)
    voider.session.execute("commit")
    with pytest.raises(psycopg.errors.CheckViolation, match="void"):
        payer.ends()
    assert_exact_through_folds(clinic)


def test_a_bill_that_is_being_paid_cannot_become_cheaper_than_its_payments(clinic: Session, aside: Aside) -> None:
    payer, clerk = aside(), aside()
    payer.session.execute("begin; insert into payment (bill_id, amount) values (1, 90)")
    clerk.begins("update bill set service_fee = 10 where id = 1").waits_for(payer.session)
    payer.session.execute("commit")
    with pytest.raises(psycopg.errors.CheckViolation, match="bill_is_not_overpaid"):
        clerk.ends()
    assert_exact_through_folds(clinic)


def test_a_bill_that_is_being_deleted_takes_no_payment(clinic: Session, aside: Aside) -> None:
    clerk, payer = aside(), aside()
    clerk.session.execute("begin; delete from bill where id = 1")
    payer.begins("insert into payment (bill_id, amount) values (1, 90)").waits_for(clerk.session)
    clerk.session.execute("commit")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        payer.ends()
    assert_exact_through_folds(clinic)


def pay_in_opposite_order(holder: Background, forwards: Background, backwards: Background) -> None:
    """Pay bills 1, 3 and 6 in two sessions, both of which have begun to lock before bill 3 is free."""
    for session, name in ((forwards.session, "forwards"), (backwards.session, "backwards")):
        session.execute(f"set deadlock_timeout = '20ms'; set application_name = '{name}'")
    holder.session.execute("begin; select from bill where id = 3 for no key update")
    forwards.begins("insert into payment (bill_id, amount) values (1, 1), (3, 1), (6, 1)").waits_for(holder.session)
    backwards.begins("insert into payment (bill_id, amount) values (6, 1), (3, 1), (1, 1)")

    until(backwards.blockers, what="a wait of the second session")
    holder.session.execute("commit")
    forwards.ends()
    backwards.ends()


def test_bulk_payments_in_opposite_order_do_not_deadlock(clinic: Session, aside: Aside) -> None:
    pay_in_opposite_order(aside(), aside(), aside())
    assert_exact_through_folds(clinic)


def test_control_locks_taken_in_each_sessions_own_order_deadlock(clinic: Session, aside: Aside, without: Spoil) -> None:
    own_order = "order by case current_setting('application_name') when 'backwards' then -id else id end"
    with without(SETTLE, "order by id for", f"{own_order} for"), pytest.raises(psycopg.errors.DeadlockDetected):
        pay_in_opposite_order(aside(), aside(), aside())
