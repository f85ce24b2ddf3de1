"""Every kind of statement on every counted table."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.sql import oracle
from tests.sql.activity import deltas_after, last_delta, moved
from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.kinds import TABLES, Table, cases, prepare
from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS, SESSIONS, Case, at_each_isolation_level, each, play
from tests.sql.test_columns import MAY_BE_NULL

KINDS = [case for table in TABLES for case in cases(table)]
REFERRING = {
    "patient": ("booking", "medical_record", "bill"),
    "practitioner": ("booking", "medical_record", "working_hours", "blocked_day"),
    "service": ("booking",),
    "booking": ("medical_record", "bill"),
    "bill": ("payment",),
    "inventory_item": ("prescription",),
}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@dataclass(frozen=True)
class Worked(Case):
    """A case of which the deltas are worked out from what it did to the rows."""

    case: Case | None = None

    def make(self, session: Session) -> None:
        """Carry it out."""
        assert self.case is not None
        self.case.make(session)


def worked_out(case: Case, session: Session) -> Case:
    """Count the groups that a case moves by trying it, and rolling back; add its touches."""
    before = oracle.read_rows(session)
    session.execute("begin")
    case.make(session)
    groups = len(moved(before, oracle.read_rows(session), set()))
    session.execute("rollback")
    return Worked(case.name, "", groups + case.deltas, case=case)


@each(*KINDS)
def test_a_kind_of_statement_moves_just_what_it_must(case: Case, clinic: Session, bell: Bell, witness: Witness) -> None:
    prepare(clinic)
    bell.rang()
    clinic.execute(list(SESSIONS.values())[KINDS.index(case) % len(SESSIONS)])
    play(worked_out(case, clinic), clinic, bell, witness)


@at_each_isolation_level()
@each_table
def test_what_is_rolled_back_leaves_no_trace(
    table: Table, level: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    prepare(clinic)
    bell.rang()
    last = last_delta(clinic)
    for case in cases(table):
        clinic.execute(f"begin isolation level {level}")
        case.make(clinic)
        assert_exact(clinic)
        clinic.execute("rollback")
    assert not bell.rang()
    assert deltas_after(clinic, last) == []
    assert_exact_through_folds(clinic)
    witness.assert_unmoved()


@at_each_isolation_level()
@each_table
def test_what_is_rolled_back_to_a_savepoint_leaves_no_trace(
    table: Table, level: str, clinic: Session, bell: Bell
) -> None:
    prepare(clinic)
    last = last_delta(clinic)
    clinic.execute(f"begin isolation level {level}; insert into service (name) values ('Kept'); savepoint s")
    for case in cases(table):
        case.make(clinic)
        clinic.execute("rollback to s")
        assert_exact(clinic)
    clinic.execute("commit")
    assert [delta["subject"] for delta in deltas_after(clinic, last)] == ["service"]
    assert_exact_through_folds(clinic)


@each_table
def test_each_column_that_may_be_null_may_become_so(
    table: Table, clinic: Session, bell: Bell, witness: Witness
) -> None:
    prepare(clinic)
    bell.rang()
    for column in sorted(MAY_BE_NULL[table.name]):
        clinic.execute("begin")
        clinic.execute(f"update {table.name} set {column} = null")
        assert_exact(clinic)
        given = {**dict(zip(("id", *table.columns), table.row(903), strict=True)), column: None}
        marks = ", ".join(["%s"] * len(given))
        clinic.execute(f"insert into {table.name} ({', '.join(given)}) values ({marks})", list(given.values()))
        assert_exact(clinic)
        clinic.execute("rollback")
    assert not bell.rang()
    witness.assert_unmoved()


@pytest.mark.parametrize(
    ("table", "level"),
    [(t, level) for t in TABLES for level in ISOLATION_LEVELS if t.name != "payment" or level == "read committed"],
    ids=lambda each: getattr(each, "name", each),
)
def test_truncating_with_all_that_refers_to_it(
    table: Table, level: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    prepare(clinic)
    bell.rang()
    clinic.execute(f"set default_transaction_isolation to '{level}'")
    bills_unpaid_on_two_days = 5 if table.name == "payment" else 0
    deltas = len(emptied_by(table.name)) + bills_unpaid_on_two_days
    play(Case("", f"truncate {table.name} cascade", deltas), clinic, bell, witness)


def emptied_by(name: str) -> set[str]:
    """Follow the foreign keys that DESIGN.md names."""
    found = {name}
    for other in REFERRING.get(name, ()):
        found |= emptied_by(other)
    return found
