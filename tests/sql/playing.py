"""Playing one case of a table of statements: what it appends, whether it rings, and that all stays exact."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact_through_folds
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
    """A change, and how many deltas it must append to the small clinic's inbox."""

    name: str
    sql: str
    deltas: int


def each(*cases: Case) -> pytest.MarkDecorator:
    """Run a test once for each case, named as the case is."""
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def at_each_isolation_level() -> pytest.MarkDecorator:
    """Run a test once at each isolation level."""
    return pytest.mark.parametrize("level", ISOLATION_LEVELS)


def in_each_kind_of_session() -> pytest.MarkDecorator:
    """Run a test once with the settings of each kind of session."""
    return pytest.mark.parametrize("settings", SESSIONS.values(), ids=SESSIONS)


def last_delta(session: Session) -> int:
    """Give the id that the newest delta has or had."""
    row = session.execute("select last_value from stats.delta_id_seq").fetchone()
    assert row is not None
    return int(row[0])


def deltas_after(session: Session, delta_id: int) -> list[tuple[str, str, str, int]]:
    """Give subject, operation, state and count of each delta appended since."""
    found = session.execute("select subject, op, state, n from stats.delta where id > %s order by id", [delta_id])
    return found.fetchall()


def play(case: Case, session: Session, bell: Bell, witness: Witness) -> None:
    """Make the change and check deltas, bell, numbers, counters, ledgers, and the old snapshot."""
    before = last_delta(session)
    session.execute(case.sql)
    assert bell.rang() == (case.deltas > 0)
    appended = deltas_after(session, before)
    assert len(appended) == case.deltas, appended
    assert_exact_through_folds(session)
    witness.assert_unmoved()
