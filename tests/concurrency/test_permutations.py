"""Each pair of operations that can meet, in every interleaving: no deadlock, no needless wait, never a wrong number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.concurrency.conftest import Spoil
from tests.concurrency.permutations import Steps, interleavings, play
from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds, differences
from tests.sql.oracle import Session

SQL = Path(__file__).resolve().parents[2] / "sql"
INSTALL = "set local clinic.time_zone = 'UTC';" + "".join(path.read_text() for path in sorted(SQL.glob("0[1-8]*.sql")))

BEGIN = "begin isolation level {level}"
WRITE: Steps = (
    BEGIN,
    "insert into booking (date, status) values (clock.today(), 'confirmed'), ('2026-01-07', 'pending')",
    "update booking set status = 'completed' where external_ref = 'b2'",
    "commit",
)
ABORT: Steps = (BEGIN, "delete from booking where external_ref in ('b4', 'b5')", "rollback")
FOLD: Steps = ("begin", "select stats.fold()", "commit")
REBUILD: Steps = ("begin", "select stats.rebuild()", "commit")
VERIFY: Steps = ("begin", "select stats.verify()", "commit")
CHECK_UP: Steps = ("begin", "select stats.make_check_up()", "commit")
TRUNCATE: Steps = ("begin", "truncate booking cascade", "commit")
INSTALLED: Steps = ("begin", INSTALL, "commit")
PAY: Steps = ("begin", "insert into payment (bill_id, amount) values (1, 0.01), (3, 0.01)", "commit")
PAY_BACKWARDS: Steps = ("begin", "insert into payment (bill_id, amount) values (3, 0.02), (1, 0.02)", "commit")
STOCK_UP: Steps = ("begin", "update inventory_item set quantity = quantity + 1 where sku = 's1'", "commit")
STOCK_DOWN: Steps = ("begin", "update inventory_item set quantity = quantity - 2 where sku = 's1'", "commit")

LEVELS = ("read committed", "repeatable read", "serializable")


@dataclass(frozen=True)
class Meeting:
    """Two operations, and which of the two may ever wait for the other (for rows or tables that both touch)."""

    name: str
    first: Steps
    second: Steps
    may_wait: frozenset[int] = frozenset()


EITHER, SECOND = frozenset({0, 1}), frozenset({1})
MEETINGS = [
    *(
        meeting
        for level in LEVELS
        for written in [tuple(step.format(level=level) for step in WRITE)]
        for meeting in (
            Meeting(f"fold and write at {level}", FOLD, written),
            Meeting(f"rebuild and write at {level}", REBUILD, written),
            Meeting(f"verify and write at {level}", VERIFY, written),
            Meeting(f"check-up and write at {level}", CHECK_UP, written),
        )
    ),
    Meeting("fold and a write that is rolled back", FOLD, tuple(step.format(level=LEVELS[0]) for step in ABORT)),
    Meeting("fold and fold", FOLD, FOLD),
    Meeting("fold and rebuild", FOLD, REBUILD, SECOND),
    Meeting("rebuild and rebuild", REBUILD, REBUILD, EITHER),
    Meeting("fold and verify", FOLD, VERIFY),
    Meeting("truncate and write", TRUNCATE, tuple(step.format(level=LEVELS[0]) for step in WRITE), EITHER),
    Meeting("truncate and fold", TRUNCATE, FOLD),
    Meeting("truncate and rebuild", TRUNCATE, REBUILD, EITHER),
    Meeting("truncate and verify", TRUNCATE, VERIFY, EITHER),
    Meeting("installation and write", INSTALLED, tuple(step.format(level=LEVELS[0]) for step in WRITE), EITHER),
    Meeting("payments of the same bills in opposite order", PAY, PAY_BACKWARDS, EITHER),
    Meeting("changes of one item's quantity", STOCK_UP, STOCK_DOWN, EITHER),
]


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.name)
def test_no_interleaving_of_two_operations_goes_wrong(meeting: Meeting, clinic: Session, pool: Pool) -> None:
    sessions = (pool.take(), pool.take())
    for order in interleavings(len(meeting.first), len(meeting.second)):
        outcome = play(sessions, (meeting.first, meeting.second), order, watcher=clinic)
        assert outcome.errors == (), f"in the order {order}"
        assert outcome.waited <= meeting.may_wait, f"in the order {order}"
        assert differences(clinic) == [], f"in the order {order}"
    assert_exact_through_folds(clinic)


def test_control_a_wrong_number_is_seen_when_who_still_ran_is_forgotten(
    clinic: Session, pool: Pool, without: Spoil
) -> None:
    still_ran = "return query select d.* from stats.delta d where d.xid = any (array(select pg_snapshot_xip(seen)));"
    later_id_then_fold = ("select pg_current_xact_id()", *FOLD)
    write = tuple(step.format(level=LEVELS[0]) for step in WRITE)
    sessions = (pool.take(), pool.take())
    wrong = []
    with without("stats.deltas_since(pg_snapshot)", still_ran):
        for order in interleavings(len(later_id_then_fold), len(write)):
            play(sessions, (later_id_then_fold, write), order, watcher=clinic)
            wrong += differences(clinic)
    assert wrong


def test_control_a_deadlock_is_seen_where_there_is_one(clinic: Session, pool: Pool) -> None:
    one = "update patient set phone = '1' where id = {}"
    there: Steps = ("begin", one.format(1), one.format(2), "commit")
    back: Steps = ("begin", one.format(2), one.format(1), "commit")
    sessions = (pool.take(), pool.take())
    outcomes = (play(sessions, (there, back), order, watcher=clinic) for order in interleavings(4, 4))
    assert any(isinstance(error, psycopg.errors.DeadlockDetected) for outcome in outcomes for error in outcome.errors)
