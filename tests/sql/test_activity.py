"""The log of who did what: complete and without doubles, no matter who folds or rebuilds, whenever."""

from __future__ import annotations

import pytest

from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.log import Acts, acts, assert_told_through_folds, lines, script, told
from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS, at_each_isolation_level
from tests.sql.test_folding import fold

__all__ = ["script"]

SCRIPT = "import_bills.py (clinic)"
"""The program, as it calls itself, and its login."""

STATEMENTS = {
    "an insert": ("insert into service (name) values ('A'), ('B')", acts(("service", "added", "", 2))),
    "an insert of several states and days": (
        "insert into booking (date, status) values ('2026-01-01', 'pending'), ('2026-01-02', 'confirmed')",
        acts(("booking", "added", "", 2)),
    ),
    "a move to another state": (
        "update booking set status = 'confirmed' where status = 'pending'",
        acts(("booking", "moved", "confirmed", 1)),
    ),
    "a move to two states": (
        "update booking set status = case id when 1 then 'completed' else 'no_show' end where id in (1, 8)",
        acts(("booking", "moved", "completed", 1), ("booking", "moved", "no_show", 1)),
    ),
    "a move to another day": (
        "update booking set date = date + 1 where id = 8",
        acts(("booking", "changed", "", 1)),
    ),
    "a touch": ("update patient set phone = phone || '1'", acts(("patient", "changed", "", 1))),
    "a change of no row": ("update patient set phone = '1' where id = -1", acts()),
    "a change of money": (
        "update bill set service_fee = service_fee + 1 where id = 1",
        acts(("bill", "changed", "", 1)),
    ),
    "a delete": ("delete from booking where id in (6, 7)", acts(("booking", "removed", "", 2))),
    "a truncation": ("truncate medical_record", acts(("medical_record", "emptied", "", 1))),
    "a truncated table filled again": (
        "begin; truncate medical_record; insert into medical_record (patient_id) values (1), (2); commit",
        acts(("medical_record", "emptied", "", 1), ("medical_record", "added", "", 2)),
    ),
    "an upsert": (
        "insert into service (name) values ('A'); insert into practitioner (full_name, external_ref)"
        " values ('A', 'd1'), ('B', 'd9') on conflict (external_ref) do update set full_name = excluded.full_name",
        acts(("service", "added", "", 1), ("practitioner", "added", "", 1), ("practitioner", "changed", "", 1)),
    ),
    "a transaction of many statements": (
        "begin; insert into service (name) values ('A'); insert into service (name) values ('B');"
        " delete from service where name = 'A'; commit",
        acts(("service", "added", "", 2), ("service", "removed", "", 1)),
    ),
    "a row moved twice in one transaction": (
        "begin; update booking set status = 'confirmed' where id = 2;"
        " update booking set status = 'completed' where id = 2; commit",
        acts(("booking", "moved", "completed", 1)),
    ),
    "a payment, which moves its bill": (
        "insert into payment (bill_id, amount) values (1, 10)",
        acts(("payment", "added", "", 1)),
    ),
    "a deleted patient, who takes bookings along": (
        "delete from patient where id = 5",
        acts(("patient", "removed", "", 1)),
    ),
    "a deleted booking, which its bill and record forget": (
        "delete from booking where id = 4",
        acts(("booking", "removed", "", 1)),
    ),
    "a deleted patient after bookings that were deleted for themselves": (
        "begin; delete from booking where id = 7; | delete from patient where id = 6; commit",
        acts(("booking", "removed", "", 1), ("patient", "removed", "", 1)),
    ),
    "a rollback": ("begin; insert into service (name) values ('A'); rollback", acts()),
    "a savepoint": (
        "begin; insert into service (name) values ('A'); savepoint s; delete from booking; rollback to s; commit",
        acts(("service", "added", "", 1)),
    ),
    "a session in replica role": (
        "set session_replication_role to replica; insert into service (name) values ('A')",
        acts(("service", "added", "", 1)),
    ),
}


@pytest.mark.parametrize(("statement", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_what_was_done_is_told_once(statement: str, expected: Acts, script: Session, clinic: Session) -> None:
    for sent_alone in statement.split(" | "):
        script.execute(sent_alone)
    assert_told_through_folds(clinic, expected)
    assert_exact_through_folds(clinic)


def test_a_bulk_copy_is_one_line_with_its_source_number_and_sum(script: Session, clinic: Session) -> None:
    with script.cursor() as cursor, cursor.copy("copy bill (patient_id, issued_on, service_fee) from stdin") as copy:
        for number in range(4812):
            copy.write_row((1, f"2026-01-{number % 28 + 1:02}", 2))
    for _ in range(2):
        (line,) = lines(clinic)
        assert (line["actor"], line["source"], line["subject"]) == (SCRIPT, SCRIPT, "bill")
        assert line["acts"] == [{"act": "added", "state": "", "n": 4812, "billed": "9624.00", "paid": "0.00"}]
        fold(clinic)


def test_many_small_transactions_of_one_minute_are_one_line(script: Session, clinic: Session) -> None:
    for number in range(30):
        script.execute("insert into service (name) values (%s::text)", [number])
        if number % 10 == 0:
            fold(clinic)
    minutes = {line["made_at"].replace(second=0, microsecond=0) for line in lines(clinic)}
    assert len(lines(clinic)) == len(minutes) <= 2
    assert told(clinic) == acts(("service", "added", "", 30))


def test_a_named_user_is_told_by_name_and_anybody_else_by_what_the_session_says(
    script: Session, clinic: Session
) -> None:
    script.execute("set clinic.actor = 'ada'; insert into service (name) values ('A')")
    script.execute("set clinic.actor = ''; insert into service (name) values ('B')")
    script.execute("set application_name = ''; insert into service (name) values ('C')")
    user = script.execute("select session_user").fetchone()
    assert user is not None
    assert {line["actor"] for line in lines(clinic)} == {"ada", SCRIPT, user[0]}


def test_who_may_not_see_the_cause_is_told_the_consequence(script: Session, clinic: Session) -> None:
    script.execute("insert into payment (bill_id, amount) values (1, 10)")
    for _ in range(2):
        assert told(clinic, ["payment", "bill"]) == acts(("payment", "added", "", 1))
        assert told(clinic, ["bill"]) == acts(("bill", "moved", "partially_paid", 1))
        assert told(clinic, ["booking", "patient"]) == acts()
        fold(clinic)


def test_a_consequence_is_no_second_act_of_a_statement_on_its_own_table(script: Session, clinic: Session) -> None:
    script.execute(
        "begin; insert into bill (id, patient_id, service_fee) values (90, 1, 9);"
        "insert into payment (bill_id, amount) values (90, 9); commit"
    )
    assert_told_through_folds(clinic, acts(("bill", "added", "", 1), ("payment", "added", "", 1)))


def test_a_recount_is_nobodys_act(script: Session, clinic: Session) -> None:
    script.execute("select stats.rebuild()")
    assert_told_through_folds(clinic, acts())


def test_what_was_pending_at_a_rebuild_is_told_all_the_same(script: Session, clinic: Session) -> None:
    script.execute("insert into service (name) values ('A')")
    clinic.execute("select stats.rebuild()")
    script.execute("insert into practitioner (full_name) values ('B')")
    clinic.execute("select stats.rebuild('{booking}')")
    assert_told_through_folds(clinic, acts(("service", "added", "", 1), ("practitioner", "added", "", 1)))


@at_each_isolation_level()
def test_who_is_still_writing_at_a_fold_or_rebuild_is_told_later(level: str, script: Session, clinic: Session) -> None:
    script.execute(f"begin isolation level {level}; insert into service (name) values ('A')")
    clinic.execute("insert into practitioner (full_name) values ('B')")
    for step in ("fold", "rebuild", "fold", "fold"):
        clinic.execute(f"select stats.{step}()")  # type: ignore[arg-type]
        assert told(clinic) == acts(("practitioner", "added", "", 1))
    script.execute("insert into service (name) values ('C'); commit")
    assert_told_through_folds(clinic, acts(("practitioner", "added", "", 1), ("service", "added", "", 2)))


@at_each_isolation_level()
def test_a_folding_transaction_that_goes_on_writing_is_told_once(level: str, script: Session, clinic: Session) -> None:
    script.execute(f"begin isolation level {level}; insert into service (name) values ('A'); select stats.fold()")
    assert told(script) == acts(("service", "added", "", 1))
    script.execute("insert into service (name) values ('B'); select stats.fold()")
    assert told(script) == acts(("service", "added", "", 2))
    script.execute("commit")
    assert_told_through_folds(clinic, acts(("service", "added", "", 2)))


@pytest.mark.parametrize("level", ISOLATION_LEVELS[1:])
def test_an_old_reader_is_told_the_same_through_folds_rebuilds_and_pruning(
    level: str, script: Session, clinic: Session, pool: Pool
) -> None:
    readers: list[tuple[Session, Acts]] = []
    for step in ("fold", "rebuild", "fold", "fold", "fold"):
        script.execute("insert into service (name) values ('A'); update booking set status = 'declined' where id = 2")
        script.execute("update booking set status = 'pending' where id = 2")
        reader = pool.take()
        reader.execute(f"begin isolation level {level}")  # type: ignore[arg-type]
        readers.append((reader, told(reader)))
        clinic.execute(f"select stats.{step}()")  # type: ignore[arg-type]
        for session, expected in readers:
            assert told(session) == expected
    assert [found["service", "added", ""] for _, found in readers] == [1, 2, 3, 4, 5]
