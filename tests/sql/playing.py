"""Playing one case of a table of statements: what it appends, whether it rings, and that all stays exact."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.sql import oracle
from tests.sql.activity import INTRODUCTION, assert_attributed, deltas_after, last_delta, moved, told
from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.following import Follower
from tests.sql.oracle import Session

ISOLATION_LEVELS = ("read committed", "repeatable read", "serializable")
SESSIONS = {
    "read committed": "set default_transaction_isolation to 'read committed'",
    "repeatable read": "set default_transaction_isolation to 'repeatable read'",
    "serializable, in replica role": (
        "set default_transaction_isolation to 'serializable'; set session_replication_role to replica"
    ),
}


@dataclass(frozen=True)
class Case:
    """A change, and how many deltas it must append to the small clinic's inbox.

    Of several statements one may undo what another did; their deltas then tell more than rows before and after.
    """

    name: str
    sql: str
    deltas: int
    is_one_statement: bool = True

    def make(self, session: Session) -> None:
        """Carry it out."""
        session.execute(self.sql)


def each(*cases: Case) -> pytest.MarkDecorator:
    """Run a test once for each case, named as the case is."""
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def at_each_isolation_level() -> pytest.MarkDecorator:
    """Run a test once at each isolation level."""
    return pytest.mark.parametrize("level", ISOLATION_LEVELS)


def in_each_kind_of_session() -> pytest.MarkDecorator:
    """Run a test once with the settings of each kind of session."""
    return pytest.mark.parametrize("settings", SESSIONS.values(), ids=SESSIONS)


def play(case: Case, session: Session, bell: Bell, witness: Witness) -> None:
    """Make the change and check deltas, bell, look, numbers, counters, ledgers, and the old snapshot."""
    session.execute(INTRODUCTION)
    before, last, follower = oracle.read_rows(session), last_delta(session), Follower(session)
    case.make(session)
    assert bell.rang() == (case.deltas > 0)
    assert follower.assert_keeps_up().appended == case.deltas
    appended = deltas_after(session, last)
    assert len(appended) == case.deltas, appended
    assert_attributed(appended)
    if case.is_one_statement:
        assert len({delta["xid"] for delta in appended}) <= 1
        truncated = {delta["subject"] for delta in appended if delta["is_reset"]}
        assert told(appended) == moved(before, oracle.read_rows(session), truncated)
    assert_exact_through_folds(session)
    witness.assert_unmoved()
