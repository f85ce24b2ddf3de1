"""A check-up finds and mends what no trigger saw: counters, bills and the stock ledger."""

from __future__ import annotations

import pytest

from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.test_verify import change_unseen

CHECK_UP = "select found from stats.make_check_up()"


def test_a_check_up_of_a_sound_database_finds_nothing(clinic: Session) -> None:
    assert clinic.execute(CHECK_UP).fetchone() == ([],)
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize(
    ("table", "statement", "found"),
    [
        ("patient", "delete from patient where id = 6", "patients_total"),
        ("booking", "update booking set date = '2026-04-04' where id = 4", "booking completed 2026-01-05 n"),
        ("payment", "delete from payment where id = 1", "bill.amount_paid of 2"),
        ("payment", "insert into payment (bill_id, amount) values (1, 7)", "bill.amount_paid of 1"),
        ("inventory_item", "update inventory_item set quantity = 9 where id = 1", "stock_movement of 1"),
        ("stock_movement", "delete from stock_movement where item_id = 2", "stock_movement of 2"),
    ],
)
def test_what_changed_past_the_triggers_is_found_and_mended(
    table: str, statement: str, found: str, clinic: Session
) -> None:
    change_unseen(clinic, table, statement)
    row = clinic.execute(CHECK_UP).fetchone()
    assert row is not None
    assert found in row[0]
    assert_exact_through_folds(clinic)
    assert clinic.execute(CHECK_UP).fetchone() == ([],)


def test_what_cannot_be_mended_hinders_nothing_else(clinic: Session) -> None:
    change_unseen(clinic, "payment", "insert into payment (bill_id, amount) values (1, 999)")
    change_unseen(clinic, "patient", "delete from patient where id = 6")
    clinic.execute(CHECK_UP)
    assert clinic.execute(
        "select value = (select count(*) from patient where archived_at is null) from stats.current"
        " where key = 'patients_total'"
    ).fetchone() == (True,)


def test_a_restored_database_is_rebuilt(clinic: Session) -> None:
    clinic.execute("update stats.folded set snapshot = '900000000000:900000000000:'")
    assert clinic.execute(CHECK_UP).fetchone() == (["all of a restored database"],)
    assert_exact(clinic)


def test_a_second_row_that_a_restore_brought_goes(clinic: Session) -> None:
    clinic.execute("insert into stats.folded (snapshot, pruned_below, version) values ('1:1:', '0', -1)")
    assert clinic.execute(CHECK_UP).fetchone() == (["all of a restored database"],)
    assert clinic.execute("select count(*) from stats.folded").fetchone() == (1,)
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("subjects", ["{}", "{patient}", "{bill,booking,nothing}"])
def test_a_rebuild_of_some_subjects_leaves_all_exact(subjects: str, clinic: Session) -> None:
    clinic.execute(
        "insert into patient (first_name) values ('Pending'); truncate medical_record;"
        "insert into medical_record (patient_id) values (1)"
    )
    clinic.execute("select stats.rebuild(%s::text[])", [subjects])
    assert_exact_through_folds(clinic)


def test_a_rebuild_of_some_subjects_after_a_restore_rebuilds_all(clinic: Session) -> None:
    clinic.execute("update stats.folded set snapshot = '900000000000:900000000000:'")
    clinic.execute("insert into patient (first_name) values ('Not lost')")
    clinic.execute("select stats.rebuild('{booking}')")
    assert_exact_through_folds(clinic)
