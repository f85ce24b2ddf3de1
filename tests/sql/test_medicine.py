"""A bill's medicine follows what its visit prescribed, no matter who writes either, and the numbers with it."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session

PRICED = """
update inventory_item set unit_price = 2.50 where id = 1;
insert into booking (id, patient_id, date, status) values (50, 3, '2026-01-07', 'completed');
insert into medical_record (id, patient_id, booking_id) values (50, 3, 50);
insert into bill (id, patient_id, booking_id, service_fee) values (50, 3, 50, 30);
"""
GIVE = "insert into prescription (record_id, item_id, quantity) values (50, 1, {})"


@pytest.fixture
def visit(clinic: Session) -> Session:
    """Visit, record and bill 50: a service for 30.00; item 1 costs 2.50."""
    clinic.execute("set session_replication_role = replica; delete from prescription; reset session_replication_role")
    clinic.execute(PRICED)
    return clinic


def medicine(session: Session, bill: int = 50) -> object:
    row = session.execute("select medicine_fee from bill where id = %s", [bill]).fetchone()
    assert row is not None
    assert_exact_through_folds(session)
    return row[0]


@pytest.mark.parametrize(
    ("statement", "fee"),
    [
        (GIVE.format(2), 5),
        (GIVE.format("2), (50, 1, 4"), 15),
        (f"{GIVE.format(2)}; delete from prescription", 0),
        (f"{GIVE.format(2)}; update prescription set quantity = 3", "7.50"),
        (f"{GIVE.format(2)}; update prescription set unit_price = 1", 2),
        (f"{GIVE.format(2)}; update prescription set dosage = 'x'", 5),
        (f"{GIVE.format(2)}; update prescription set bill_id = null", 0),
        (f"{GIVE.format(2)}; update inventory_item set unit_price = 9", 5),
        (f"update bill set medicine_fee = 1 where id = 50; {GIVE.format(2)}; delete from prescription", 1),
        (f"{GIVE.format(2)}; update bill set medicine_fee = 1 where id = 50; delete from prescription", 0),
        (f"begin; {GIVE.format(2)}; rollback", 0),
        (f"set session_replication_role = replica; {GIVE.format(2)}; reset session_replication_role", 5),
    ],
)
def test_a_bills_medicine_follows_its_prescriptions(visit: Session, statement: str, fee: object) -> None:
    visit.execute(statement)
    assert str(medicine(visit)) == f"{float(str(fee)):.2f}"


def test_what_moves_between_bills_leaves_one_and_reaches_the_other(visit: Session) -> None:
    visit.execute(f"insert into bill (id, patient_id) values (51, 3); {GIVE.format(2)}")
    visit.execute("update prescription set bill_id = 51")
    assert (medicine(visit, 50), medicine(visit, 51)) == (0, 5)


@pytest.mark.parametrize("gone", ["delete from bill where id = 50", "truncate bill, payment"])
def test_what_was_on_a_bill_that_is_gone_is_taken_up_by_the_next(visit: Session, gone: str) -> None:
    visit.execute(f"{GIVE.format(2)}; {gone}")
    assert visit.execute("select bill_id from prescription").fetchone() == (None,)
    visit.execute("insert into bill (id, patient_id, booking_id) values (52, 3, 50)")
    assert medicine(visit, 52) == 5


def test_one_copy_of_bills_takes_up_the_medicine_of_each(visit: Session) -> None:
    visit.execute(f"delete from bill where id = 50; {GIVE.format(2)}")
    with visit.cursor() as cursor, cursor.copy("copy bill (id, patient_id, booking_id) from stdin") as copy:
        copy.write("60\t3\t50\n61\t3\t\\N\n")
    assert (medicine(visit, 60), medicine(visit, 61)) == (5, 0)


def test_a_void_bill_takes_nothing_and_gives_nothing_back(visit: Session) -> None:
    visit.execute(f"{GIVE.format(2)}; update bill set voided_at = now() where id = 50; {GIVE.format(4)}")
    assert medicine(visit) == 5
    visit.execute("delete from prescription")
    assert medicine(visit) == 5


@pytest.mark.parametrize(
    ("before", "constraint", "hint"),
    [
        (
            "insert into payment (bill_id, amount) values (50, 33)",
            "prescription_that_is_paid_stays",
            "Refund 3.00 first.",
        ),
        ("update bill set discount = 31 where id = 50", "prescription_under_a_discount_stays", "Lower the discount"),
    ],
)
def test_what_is_paid_or_discounted_is_not_taken_back(visit: Session, before: str, constraint: str, hint: str) -> None:
    visit.execute(f"{GIVE.format(2)}; {before}")
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        visit.execute("delete from prescription")
    assert refused.value.diag.constraint_name == constraint
    assert hint in str(refused.value.diag.message_hint)


def test_what_is_free_is_on_no_bill(visit: Session) -> None:
    visit.execute("insert into prescription (record_id, item_id, quantity, is_free) values (50, 1, 2, true)")
    assert medicine(visit) == 0
    with pytest.raises(psycopg.errors.CheckViolation, match="prescription_that_is_free_is_on_no_bill"):
        visit.execute("update prescription set bill_id = 50")


def test_a_script_that_writes_bills_needs_no_right_on_prescriptions(visit: Session) -> None:
    visit.execute(f"delete from bill where id = 50; {GIVE.format(2)}; set role clinic_import")
    visit.execute("insert into bill (patient_id, booking_id) values (3, 50)")
    visit.execute("reset role")
    assert visit.execute("select medicine_fee from bill where booking_id = 50").fetchone() == (5,)
