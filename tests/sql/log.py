"""The log of who did what, as tests read it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.sql.conftest import Pool
from tests.sql.oracle import Session
from tests.sql.test_folding import fold

SUBJECTS = ["patient", "practitioner", "service", "booking", "medical_record", "bill", "payment", "inventory_item"]
Acts = Counter[tuple[str, str, str]]
"""How many rows: per subject, act and the state they were moved to."""


@pytest.fixture
def script(clinic: Session, pool: Pool) -> Session:
    """A script's session beside the small clinic, of which nothing is told any more."""
    forget(clinic)
    session = pool.take()
    session.execute("set application_name = 'import_bills.py'")
    return session


def forget(session: Session) -> None:
    """Log all that happened and empty the log."""
    fold(session)
    session.execute("delete from stats.activity")


def lines(session: Session, subjects: list[str] = SUBJECTS) -> list[dict[str, Any]]:
    """Read the log as the application does."""
    cursor = session.execute("select * from stats.read_activity(%s, 1000)", [subjects])
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def told(session: Session, subjects: list[str] = SUBJECTS) -> Acts:
    """Sum what the log tells, whichever minutes it fell into; rows that nobody counted count one."""
    found: Acts = Counter()
    for line in lines(session, subjects):
        for act in line["acts"]:
            found[line["subject"], act["act"], act["state"]] += act["n"] or 1
    return found


def acts(*one: tuple[str, str, str, int]) -> Acts:
    """Spell what is expected: subject, act, state, rows."""
    return Counter({(subject, act, state): n for subject, act, state, n in one})


def assert_told_through_folds(session: Session, expected: Acts) -> None:
    """Fail unless the same is told while it is pending, once it is logged and after its deltas are pruned."""
    for _ in range(3):
        assert told(session) == expected
        fold(session)
    assert told(session) == expected
