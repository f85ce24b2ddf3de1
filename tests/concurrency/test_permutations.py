"""Each pair of operations that can meet, in every interleaving: no deadlock, no needless wait, never a wrong number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.concurrency.conftest import Spoil
from tests.concurrency.meetings import FOLD, FOLDING, INSIDE, MEETINGS, SETTLING, Inside, Meeting, transaction, writes
from tests.concurrency.permutations import Gates, Outcome, Play, Steps, gate, interleavings
from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds, differences
from tests.sql.oracle import Session

LEVEL = "read committed"


@pytest.fixture
def gates(clinic: Session, pool: Pool) -> Gates:
    """Gates that are shut."""
    return Gates(pool.take())


@pytest.fixture
def with_gates(without: Spoil) -> Iterator[object]:
    """Build gates into a function, for as long as the test lasts."""
    with ExitStack() as stack:

        def build(inside: Inside) -> None:
            for number, stop in enumerate(inside.stops, 1):
                stack.enter_context(without(inside.function, stop, f"{gate(number)} {stop}"))

        yield build


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.name)
def test_no_interleaving_of_two_operations_goes_wrong(meeting: Meeting, clinic: Session, pool: Pool) -> None:
    play = Play((pool.take(), pool.take()), watcher=clinic)
    for order in interleavings(len(meeting.first), len(meeting.second)):
        outcome = play((meeting.first, meeting.second), order)
        unexpected = [error for error in outcome.errors if not isinstance(error, meeting.may_fail)]
        assert unexpected == [], f"in the order {order}"
        assert outcome.waited <= meeting.may_wait, f"in the order {order}"
        assert differences(clinic) == [], f"in the order {order}"
        clinic.execute(meeting.again)
    assert_exact_through_folds(clinic)


def play_inside(inside: Inside, other: Steps, clinic: Session, pool: Pool, gates: Gates) -> Iterator[Outcome]:
    """Play every interleaving of a function's own steps with another session's."""
    play = Play((pool.take(), pool.take()), watcher=clinic, gates=gates)
    for order in interleavings(len(inside.steps), len(other)):
        gates.shut()
        yield play((inside.steps, other), order)


@pytest.mark.parametrize(("name", "inside", "other", "may_wait"), INSIDE, ids=[row[0] for row in INSIDE])
def test_no_interleaving_with_the_steps_inside_a_function_goes_wrong(
    name: str, inside: Inside, other: Steps, may_wait: frozenset[int], clinic: Session, pool: Pool, gates: Gates,
    with_gates: Spoil,
) -> None:  # fmt: skip
    with_gates(inside)
    for number, outcome in enumerate(play_inside(inside, other, clinic, pool, gates)):
        assert outcome.errors == (), f"in order {number}"
        assert outcome.waited <= may_wait, f"in order {number}"
        assert not differences_beside(clinic, gates, inside), f"in order {number}"


def differences_beside(clinic: Session, gates: Gates, inside: Inside) -> list[str]:
    """Compare with a recount while the gates stand open."""
    for number in range(1, len(inside.stops) + 1):
        gates.open(number)
    return differences(clinic)


def test_control_a_wrong_number_is_seen_when_who_still_ran_is_forgotten(
    clinic: Session, pool: Pool, without: Spoil
) -> None:
    still_ran = "select pg_snapshot_xip(seen)\n            union "
    later_id_then_fold = ("select pg_current_xact_id()", *FOLD)
    play = Play((pool.take(), pool.take()), watcher=clinic)
    with without("stats.deltas_since(pg_snapshot)", still_ran):
        orders = interleavings(len(later_id_then_fold), len(writes(LEVEL)))
        assert any(play((later_id_then_fold, writes(LEVEL)), order) and differences(clinic) for order in orders)


def test_control_a_wrong_number_is_seen_when_two_may_fold_at_once(
    clinic: Session, pool: Pool, gates: Gates, without: Spoil, with_gates: Spoil
) -> None:
    with_gates(FOLDING)  # first, as what is spoiled last must be mended first
    with without("stats.fold()", "for update skip locked"):
        write_and_fold = ("insert into booking (date) values (clock.today())", "select stats.fold()")
        outcomes = play_inside(FOLDING, write_and_fold, clinic, pool, gates)
        assert any(outcome and differences_beside(clinic, gates, FOLDING) for outcome in outcomes)


def test_control_a_wrong_sum_is_seen_when_a_settlement_locks_no_bill(
    clinic: Session, pool: Pool, gates: Gates, without: Spoil, with_gates: Spoil
) -> None:
    with_gates(SETTLING)
    pay = transaction("insert into payment (bill_id, amount) values (1, 0.02)")
    lock = "perform from public.bill where id = any (bills) order by id for no key update;"
    with without("ledger.settle(bigint[])", lock):
        outcomes = play_inside(SETTLING, pay, clinic, pool, gates)
        assert any(outcome and differences_beside(clinic, gates, SETTLING) for outcome in outcomes)


def test_control_a_deadlock_is_seen_where_there_is_one(clinic: Session, pool: Pool) -> None:
    one = "update patient set phone = '1' where id = {}"
    there, back = transaction(one.format(1), one.format(2)), transaction(one.format(2), one.format(1))
    assert deadlocks(there, back, clinic, pool)


def test_control_counters_updated_in_place_deadlock_where_rows_do_not(clinic: Session, pool: Pool) -> None:
    (meeting,) = (each for each in MEETINGS if each.name == "bulk updates of different rows in opposite order")
    clinic.execute(
        "create table public.in_place (subject text, n int);"
        "insert into public.in_place values ('booking', 0), ('patient', 0);"
        "create function public.count_in_place() returns trigger language plpgsql as $$ begin"
        " update public.in_place set n = n + 1 where subject = tg_table_name; return null; end $$;"
        "create trigger zz after update on booking for each statement execute function public.count_in_place();"
        "create trigger zz after update on patient for each statement execute function public.count_in_place()"
    )
    try:
        assert deadlocks(meeting.first, meeting.second, clinic, pool)
    finally:
        clinic.execute("drop function public.count_in_place() cascade; drop table public.in_place")


def deadlocks(first: Steps, second: Steps, clinic: Session, pool: Pool) -> bool:
    """Say whether any interleaving ends in a deadlock."""
    sessions = (pool.take(), pool.take())
    for session in sessions:
        session.execute("set deadlock_timeout = '50ms'")
    play = Play(sessions, watcher=clinic)
    outcomes = (play((first, second), order) for order in interleavings(len(first), len(second)))
    return any(isinstance(error, psycopg.errors.DeadlockDetected) for outcome in outcomes for error in outcome.errors)
