"""What the deletion of a row does to the rows that refer to it."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.activity import last_delta
from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import TABLES, Session
from tests.sql.playing import Case, at_each_isolation_level, each, play

FOLLOWED = {
    "booking_patient_exists": Case("a patient takes bookings along", "delete from patient where id = 1", 3),
    "bill_booking_exists": Case("a booking leaves its bill and record behind", "delete from booking where id = 4", 3),
    "medical_record_booking_exists": Case(
        "a patient's booking leaves another patient's record behind",
        "update booking set patient_id = 6 where id = 5; delete from patient where id = 6",
        5,
        is_one_statement=False,
    ),
    "stock_movement_item_exists": Case(
        "items take their movements along", "delete from inventory_item where id in (1, 3)", 2
    ),
}

REFUSED = {
    "medical_record_patient_exists": "delete from payment; delete from bill; delete from patient where id = 4",
    "bill_patient_exists": "delete from medical_record; delete from patient where id = 3",
    "booking_practitioner_exists": "delete from practitioner where id = 2",
    "medical_record_practitioner_exists": "delete from booking; delete from practitioner where id = 1",
    "booking_service_exists": "delete from service where id = 1",
    "payment_bill_exists": "delete from bill where id = 2",
}

STILL_NEEDED = (psycopg.errors.RestrictViolation, psycopg.errors.ForeignKeyViolation)
"""SQLSTATE 23001 as the standard has it since PostgreSQL 18, 23503 before."""

FOREIGN_KEYS = """
select c.conname from pg_constraint c
 where c.contype = 'f' and c.confrelid = any (%s::regclass[]) and c.conrelid = any (%s::regclass[])
"""


def test_each_foreign_key_between_counted_tables_has_a_case(clinic: Session) -> None:
    found = clinic.execute(FOREIGN_KEYS, [list(TABLES), list(TABLES)]).fetchall()
    assert {name for (name,) in found} == FOLLOWED.keys() | REFUSED.keys()


@at_each_isolation_level()
@each(*FOLLOWED.values())
def test_a_deleted_row(case: Case, level: str, clinic: Session, bell: Bell, witness: Witness) -> None:
    clinic.execute(f"set default_transaction_isolation to '{level}'")
    play(case, clinic, bell, witness)


@pytest.mark.parametrize("constraint", REFUSED)
def test_a_row_that_others_need_stays(constraint: str, clinic: Session, bell: Bell, witness: Witness) -> None:
    with pytest.raises(STILL_NEEDED) as refusal:
        clinic.execute(REFUSED[constraint])
    assert refusal.value.diag.constraint_name == constraint
    assert not bell.rang()
    witness.assert_unmoved()
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("booking_patient_exists", "insert into booking (patient_id, date) values (99, clock.today())"),
        ("booking_practitioner_exists", "update booking set practitioner_id = 99"),
        ("booking_service_exists", "update booking set service_id = 99"),
        ("medical_record_patient_exists", "insert into medical_record (patient_id) values (99)"),
        ("medical_record_booking_exists", "update medical_record set booking_id = 99"),
        ("medical_record_practitioner_exists", "update medical_record set practitioner_id = 99"),
        ("bill_patient_exists", "insert into bill (patient_id) values (99)"),
        ("bill_booking_exists", "update bill set booking_id = 99 where id = 1"),
        ("payment_bill_exists", "insert into payment (bill_id, amount) values (99, 1)"),
    ],
)
def test_a_reference_to_nothing_is_refused(constraint: str, statement: str, clinic: Session) -> None:
    before = clinic.execute("select count(*) from stats.delta").fetchone()
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refusal:
        clinic.execute(statement)
    assert refusal.value.diag.constraint_name == constraint
    assert clinic.execute("select count(*) from stats.delta").fetchone() == before


def test_a_hundred_patients_take_their_bookings_along(clinic: Session) -> None:
    clinic.execute("insert into patient (first_name, external_ref) select 'N', 'n' || g from generate_series(1, 100) g")
    clinic.execute("insert into booking (patient_id, date) select id, clock.today() from patient where id > 6")
    before = last_delta(clinic)
    clinic.execute("delete from patient where id > 6")
    assert last_delta(clinic) - before <= 101
    assert_exact_through_folds(clinic)
