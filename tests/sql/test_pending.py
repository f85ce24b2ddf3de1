"""What is pending since a fold: deltas that no later TRUNCATE voids. Folds, reads and recounts all ask here."""

from __future__ import annotations

from tests.sql.oracle import Session

PENDING = """
select subject, sum(n)::int, bool_or(is_reset) from stats.pending((select snapshot from stats.folded){}) group by 1
"""
ITEM = "insert into inventory_item (name) values ('Gauze')"
RECORD = "insert into medical_record (patient_id) values (1)"
TRUNCATE = "truncate medical_record"


def pending(session: Session, without: str = "") -> dict[str, tuple[int, bool]]:
    """Return the rows gained by subject, and whether its counters are void."""
    return {subject: (n, is_reset) for subject, n, is_reset in session.execute(PENDING.format(without)).fetchall()}


def test_nothing_is_pending_after_a_fold(clinic: Session) -> None:
    assert pending(clinic) == {}


def test_a_truncate_voids_what_came_before_it_and_nothing_that_came_after(clinic: Session) -> None:
    for statement in (RECORD, RECORD, TRUNCATE, RECORD):
        clinic.execute(statement)
    assert pending(clinic) == {"medical_record": (1, True)}


def test_of_two_truncates_the_later_one_counts(clinic: Session) -> None:
    for statement in (TRUNCATE, RECORD, RECORD, TRUNCATE):
        clinic.execute(statement)
    assert pending(clinic) == {"medical_record": (0, True)}


def test_a_truncate_voids_nothing_of_another_table(clinic: Session) -> None:
    for statement in (ITEM, TRUNCATE):
        clinic.execute(statement)
    assert pending(clinic) == {"inventory_item": (1, False), "medical_record": (0, True)}


def test_a_truncate_that_is_rolled_back_voids_nothing(clinic: Session) -> None:
    clinic.execute(RECORD)
    clinic.execute(f"begin; {TRUNCATE}")
    assert pending(clinic) == {"medical_record": (0, True)}
    clinic.execute("rollback")
    assert pending(clinic) == {"medical_record": (1, False)}


def test_a_folder_leaves_out_what_its_own_transaction_did_and_so_its_truncate(clinic: Session) -> None:
    clinic.execute(RECORD)
    clinic.execute(f"begin; {TRUNCATE}; {ITEM}")
    assert pending(clinic, ", pg_current_xact_id()") == {"medical_record": (1, False)}
    clinic.execute("rollback")


def test_asking_costs_no_call_of_its_own(clinic: Session) -> None:
    plan = clinic.execute("explain (costs off) select * from stats.pending('1:1:')").fetchall()
    said = "\n".join(line for (line,) in plan)
    assert "Function Scan on deltas_since" in said
    assert "Function Scan on pending" not in said
