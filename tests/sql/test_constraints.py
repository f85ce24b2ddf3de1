"""Every rule of the counted tables refuses what it says, by a name that reads as the rule."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import TABLES, Session

NAMED = "select conname from pg_constraint where contype in ('c', 'x') and conrelid = any (%s::regclass[])"
UNIQUE = """
select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indisunique and not i.indisprimary and i.indrelid = any (%s::regclass[])
"""

REFUSALS = {
    "patient_first_name_is_not_blank": ["insert into patient (first_name) values ('  ')"],
    "patient_sex_is_a_known_word": ["update patient set sex = 'f'"],
    "patient_blood_type_is_a_known_word": ["update patient set blood_type = 'C+'"],
    "patient_birth_date_is_a_calendar_day": [
        "update patient set birth_date = 'infinity'",
        "update patient set birth_date = '0044-03-15 BC'",
    ],
    "patient_birth_date_is_not_in_the_future": ["update patient set birth_date = clock.today() + 1"],
    "patient_registered_on_is_a_calendar_day": ["update patient set registered_on = '-infinity'"],
    "patient_external_ref_is_unique": ["insert into patient (first_name, external_ref) values ('A', 'p1')"],
    "practitioner_full_name_is_not_blank": ["update practitioner set full_name = ''"],
    "practitioner_external_ref_is_unique": ["update practitioner set external_ref = 'd1'"],
    "service_name_is_not_blank": ["insert into service (name) values ('')"],
    "service_price_is_not_negative": ["update service set price = -0.01"],
    "service_price_fits_ten_digits_and_two_decimals": ["update service set price = 49.999"],
    "service_lasts_between_a_minute_and_a_day": [
        "update service set duration_minutes = 0",
        "update service set duration_minutes = 1441",
    ],
    "booking_external_ref_is_unique": ["update booking set external_ref = 'b1'"],
    "booking_date_is_a_calendar_day": [
        "insert into booking (date) values ('infinity')",
        "insert into booking (date) values ('1799-12-31')",
    ],
    "booking_status_is_a_known_word": ["update booking set status = 'done'", "update booking set status = ''"],
    "booking_lasts_between_a_minute_and_a_day": ["update booking set duration_minutes = 0 where id = 4"],
    "booking_does_not_overlap_for_its_practitioner": [
        "insert into booking (date, start_time, practitioner_id) values (clock.today(), '09:29', 1)",
        "update booking set start_time = '09:00' where id = 2",
        "update booking set duration_minutes = 61 where id = 1",
    ],
    "medical_record_external_ref_is_unique": ["update medical_record set external_ref = 'r1'"],
    "medical_record_visit_on_is_a_calendar_day": ["update medical_record set visit_on = 'infinity'"],
    "medical_record_follow_up_on_is_a_calendar_day": ["update medical_record set follow_up_on = 'infinity'"],
    "medical_record_temperature_celsius_is_plausible": [
        "update medical_record set temperature_celsius = 98.6",
        "update medical_record set temperature_celsius = 'NaN'",
    ],
    "medical_record_pulse_bpm_is_plausible": ["update medical_record set pulse_bpm = -1"],
    "medical_record_respiratory_rate_is_plausible": ["update medical_record set respiratory_rate = 121"],
    "medical_record_systolic_mmhg_is_plausible": ["update medical_record set systolic_mmhg = 351"],
    "medical_record_diastolic_mmhg_is_plausible": ["update medical_record set diastolic_mmhg = 251"],
    "medical_record_oxygen_saturation_is_plausible": ["update medical_record set oxygen_saturation = 101"],
    "medical_record_weight_kg_is_plausible": ["update medical_record set weight_kg = 'NaN'"],
    "medical_record_height_cm_is_plausible": ["update medical_record set height_cm = 9.9"],
    "bill_external_ref_is_unique": ["update bill set external_ref = 'i1'"],
    "bill_is_the_only_one_of_its_booking": ["insert into bill (patient_id, booking_id) values (1, 4)"],
    "bill_issued_on_is_a_calendar_day": ["update bill set issued_on = 'infinity'"],
    "bill_service_fee_is_not_negative": [
        "insert into bill (patient_id, service_fee, other_fee) values (1, -1, 1)",
    ],
    "bill_medicine_fee_is_not_negative": ["update bill set medicine_fee = -1, service_fee = 500, discount = 0"],
    "bill_other_fee_is_not_negative": ["update bill set other_fee = -1 where id = 1"],
    "bill_discount_is_not_negative": ["update bill set discount = -1"],
    "bill_service_fee_fits_ten_digits_and_two_decimals": [
        "insert into bill (patient_id, service_fee) values (1, 19.999)",
        "insert into bill (patient_id, service_fee) values (1, 'NaN')",
    ],
    "bill_medicine_fee_fits_ten_digits_and_two_decimals": ["update bill set medicine_fee = 0.001"],
    "bill_other_fee_fits_ten_digits_and_two_decimals": ["update bill set other_fee = 'NaN' where id = 1"],
    "bill_discount_fits_ten_digits_and_two_decimals": ["update bill set discount = 0.001"],
    "bill_discount_does_not_exceed_fees": ["update bill set discount = 100.01 where id = 1"],
    "bill_is_not_overpaid": ["update bill set service_fee = 0, discount = 0 where id = 3"],
    "bill_with_money_on_it_is_not_void": ["update bill set voided_at = now() where id = 2"],
    "bill_amount_paid_is_the_sum_of_its_payments": [
        "update bill set amount_paid = 1 where id = 1",
        "insert into bill (patient_id, service_fee, amount_paid) values (1, 5, 5)",
        "insert into bill (patient_id, external_ref) values (1, 'i1')"
        " on conflict (external_ref) do update set amount_paid = 3",
    ],
    "payment_external_ref_is_unique": ["update payment set external_ref = 'y1'"],
    "payment_paid_on_is_a_calendar_day": ["update payment set paid_on = 'infinity'"],
    "payment_method_is_a_known_word": ["update payment set method = 'gold'"],
    "payment_amount_is_not_zero": ["insert into payment (bill_id, amount) values (1, 0)"],
    "payment_amount_fits_ten_digits_and_two_decimals": [
        "insert into payment (bill_id, amount) values (1, 19.999)",
        "insert into payment (bill_id, amount) values (1, 0.004)",
        "insert into payment (bill_id, amount) values (1, 'NaN')",
    ],
    "payment_is_not_on_a_void_bill": ["insert into payment (bill_id, amount) values (4, 1)"],
    "payment_refund_does_not_exceed_what_was_paid": [
        "insert into payment (bill_id, amount) values (3, -35.01)",
        "delete from payment where id = 2",
    ],
    "payment_does_not_exceed_the_balance": [
        "insert into payment (bill_id, amount) values (1, 100.01)",
        "insert into payment (bill_id, amount) values (1, 60), (1, 60)",
        "update payment set bill_id = 5 where id = 1",
    ],
    "inventory_item_external_ref_is_unique": ["update inventory_item set external_ref = 's1'"],
    "inventory_item_sku_is_unique": ["insert into inventory_item (name, sku) values ('A', 's1')"],
    "inventory_item_name_is_not_blank": ["update inventory_item set name = ' '"],
    "inventory_item_unit_price_is_not_negative": ["update inventory_item set unit_price = -0.01"],
    "inventory_item_unit_price_fits_ten_digits_and_two_decimals": [
        "update inventory_item set unit_price = 0.001",
        "update inventory_item set unit_price = 'NaN'",
    ],
    "inventory_item_quantity_is_not_negative": ["update inventory_item set quantity = quantity - 4"],
    "inventory_item_reorder_level_is_not_negative": ["update inventory_item set reorder_level = -1"],
    "inventory_item_expires_on_is_a_calendar_day": ["update inventory_item set expires_on = 'infinity'"],
    "stock_movement_is_written_by_triggers": [
        "insert into stock_movement (item_id, change) values (1, 1)",
        "delete from stock_movement",
        "update stock_movement set change = 5",
        "update stock_movement set note = 'x' where false",
    ],
}
BEHIND_A_TRIGGER = {
    "bill_refunds_do_not_exceed_payments": "update bill set amount_paid = -1 where id = 1",
    "bill_amount_paid_fits_ten_digits_and_two_decimals": "update bill set amount_paid = 0.001 where id = 1",
    "stock_movement_changes_something": "insert into stock_movement (item_id, change) values (1, 0)",
}
"""Rules that a trigger enforces first; they show in replica role, where the guards are silent."""


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [(name, statement) for name, statements in REFUSALS.items() for statement in statements],
)
def test_a_rule_refuses_by_its_name(
    constraint: str, statement: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as refusal:
        clinic.execute(statement)
    assert refusal.value.diag.constraint_name == constraint
    assert not bell.rang()
    witness.assert_unmoved()


@pytest.mark.parametrize("constraint", BEHIND_A_TRIGGER)
def test_a_rule_behind_a_trigger_holds_in_replica_role(constraint: str, clinic: Session) -> None:
    clinic.execute("set session_replication_role to replica")
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        clinic.execute(BEHIND_A_TRIGGER[constraint])
    assert refusal.value.diag.constraint_name == constraint


def test_every_rule_of_the_counted_tables_has_a_case(clinic: Session) -> None:
    found = clinic.execute(NAMED, [list(TABLES)]).fetchall() + clinic.execute(UNIQUE, [list(TABLES)]).fetchall()
    cases = REFUSALS.keys() | BEHIND_A_TRIGGER.keys()
    assert {name for (name,) in found} - cases == set()


@pytest.mark.parametrize("amount", ["Infinity", "-Infinity", "1e10"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into payment (bill_id, amount) values (1, %s)",
        "insert into bill (patient_id, service_fee) values (1, %s)",
        "insert into inventory_item (name, unit_price) values ('A', %s)",
    ],
)
def test_money_that_is_no_amount_is_refused(statement: str, amount: str, clinic: Session) -> None:
    with pytest.raises((psycopg.errors.NumericValueOutOfRange, psycopg.errors.CheckViolation)):
        clinic.execute(statement, [amount])
    assert_exact_through_folds(clinic)


def test_fees_whose_sum_is_no_amount_are_refused(clinic: Session) -> None:
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        clinic.execute("insert into bill (patient_id, service_fee, other_fee) values (1, 9999999999.99, 0.01)")


@pytest.mark.parametrize(
    "name", [name for name in REFUSALS if name.startswith(("payment_does", "payment_is", "payment_ref"))]
)
def test_a_refused_payment_says_what_was_wrong_and_what_to_do(name: str, clinic: Session) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        clinic.execute(REFUSALS[name][0])
    assert "bill " in (refusal.value.diag.message_primary or "")
    assert refusal.value.diag.message_hint


def test_a_practitioner_may_be_booked_again_once_the_time_is_free(clinic: Session) -> None:
    clinic.execute("update booking set status = 'cancelled' where id = 1")
    clinic.execute("insert into booking (date, start_time, practitioner_id) values (clock.today(), '09:00', 1)")
    clinic.execute("insert into booking (date, start_time, practitioner_id) values (clock.today(), '09:30', 1)")
    assert_exact_through_folds(clinic)
