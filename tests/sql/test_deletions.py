"""Who deleted a row, noted for those who still have it on the screen."""

from __future__ import annotations

import pytest

from tests.sql.conftest import Pool
from tests.sql.oracle import Session

NOTED = "select relation, row_id, deleted_by from changes.deletion where id > %s order by id"

OF_TRIGGER = "select tgrelid::regclass from pg_trigger where tgname = %s"


@pytest.fixture
def before(clinic: Session) -> int:
    """The last note there is."""
    row = clinic.execute("select coalesce(max(id), 0) from changes.deletion").fetchone()
    assert row is not None
    return int(row[0])


def test_a_deletion_names_who_acts_else_the_script(clinic: Session, before: int) -> None:
    clinic.execute("set application_name = 'tidy.py'; delete from booking where id = 8")
    clinic.execute("set clinic.actor = 'grace'; delete from booking where id = 7")
    assert clinic.execute(NOTED, [before]).fetchall() == [("booking", 8, "tidy.py (clinic)"), ("booking", 7, "grace")]


def test_what_goes_with_it_is_noted_too(clinic: Session, before: int) -> None:
    clinic.execute("set clinic.actor = 'grace'; delete from patient where id = 5")
    found = clinic.execute(NOTED, [before]).fetchall()
    assert sorted(found) == [("booking", 8, "grace"), ("patient", 5, "grace")]


def test_a_bulk_deletion_notes_a_hundred_and_no_more(clinic: Session, before: int) -> None:
    clinic.execute("insert into service (name) select 'Many' from generate_series(1, 150)")
    clinic.execute("delete from service where name = 'Many'")
    assert len(clinic.execute(NOTED, [before]).fetchall()) == 100


def test_a_deletion_that_is_rolled_back_is_not_noted(clinic: Session, before: int) -> None:
    clinic.execute("begin; delete from booking where id = 8; rollback")
    assert clinic.execute(NOTED, [before]).fetchall() == []


def test_every_table_that_has_forms_notes_its_deletions(clinic: Session) -> None:
    found = {
        name: {str(table) for (table,) in clinic.execute(OF_TRIGGER, [name]).fetchall()}
        for name in ("stamp_updated", "stamp_deleted")
    }
    assert len(found["stamp_updated"]) == 8
    assert found["stamp_deleted"] == found["stamp_updated"] | {"blocked_day", "auth_user"}


def test_deletions_of_different_rows_never_make_a_serializable_writer_fail(clinic: Session, pool: Pool) -> None:
    one, other = pool.take(), pool.take()
    for session in (one, other):
        session.execute("begin isolation level serializable")
    one.execute("delete from medical_record where id = 2")
    other.execute("delete from inventory_item where id = 4")
    one.execute("commit")
    other.execute("commit")


def test_old_notes_are_forgotten(clinic: Session, before: int) -> None:
    clinic.execute("delete from booking where id in (7, 8)")
    clinic.execute(
        "update changes.deletion set deleted_at = now() - interval '31 days' where id > %s and row_id = 7", [before]
    )
    clinic.execute("select changes.forget_deletions()")
    assert [row_id for _relation, row_id, _by in clinic.execute(NOTED, [before]).fetchall()] == [8]
