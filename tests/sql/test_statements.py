"""Every kind of INSERT, UPDATE and DELETE on every counted table, in each kind of session."""

from __future__ import annotations

from tests.sql.conftest import Bell, Witness
from tests.sql.oracle import Session
from tests.sql.playing import Case, each, in_each_kind_of_session, play

INSERTS = (
    Case("one row", "insert into patient (first_name) values ('New')", 1),
    Case("many rows of one day", "insert into patient (first_name) values ('A'), ('B'), ('C')", 1),
    Case(
        "rows from a select over two days and two states",
        "insert into patient (first_name, registered_on, archived_at)"
        " select 'N', date '2026-01-05' + g % 2, case when g % 3 = 0 then now() end from generate_series(0, 5) g",
        4,
    ),
    Case("no row from a select", "insert into patient (first_name) select 'N' where false", 0),
    Case("a practitioner, who has no day", "insert into practitioner (full_name) values ('Dr. New')", 1),
    Case("a service, which has no day", "insert into service (name) values ('New')", 1),
    Case(
        "one booking of each status",
        "insert into booking (date, status) select '2026-01-05', unnest(array['pending', 'confirmed', "
        "'in_consultation', 'completed', 'declined', 'no_show', 'cancelled'])",
        7,
    ),
    Case("a booking with nothing but a date", "insert into booking (date) values (clock.today())", 1),
    Case("a medical record", "insert into medical_record (patient_id) values (2)", 1),
    Case(
        "bills of two states on a day",
        "insert into bill (patient_id, service_fee) values (1, 12.34), (1, 0)",
        2,
    ),
    Case("a payment, which moves its bill", "insert into payment (bill_id, amount) values (1, 0.01)", 3),
    Case(
        "payments that pay one bill in two parts and another in part",
        "insert into payment (bill_id, amount, method) values (1, 60, 'cash'), (1, 40, 'card'), (6, 1, 'card')",
        5,
    ),
    Case(
        "items of each stock status",
        "insert into inventory_item (name, quantity, reorder_level) values ('A', 0, 0), ('B', 1, 1), ('C', 2, 1)",
        3,
    ),
)

UPDATES = (
    Case("rows to what they are", "update patient set first_name = first_name", 1),
    Case("an uncounted column", "update patient set phone = '+1 555 0100' where id = 1", 1),
    Case("no row", "update patient set archived_at = now() where id = -1", 0),
    Case("a state", "update patient set archived_at = now() where id = 1", 2),
    Case("a state to null", "update patient set archived_at = null where id = 4", 2),
    Case("a day", "update patient set registered_on = registered_on + 1 where id = 1", 2),
    Case(
        "a state and a day",
        "update patient set archived_at = now(), registered_on = clock.today() where id = 1",
        2,
    ),
    Case(
        "two rows that change places",
        "update patient set archived_at = case id when 3 then now() end where id in (3, 4)",
        1,
    ),
    Case("a practitioner", "update practitioner set is_active = false", 1),
    Case("a service", "update service set price = price + 1", 1),
    Case("bookings of two states to a third", "update booking set status = 'completed' where id in (1, 2)", 3),
    Case("a booking to another day", "update booking set date = clock.today() where id = 8", 2),
    Case("a nullable reference to null", "update booking set patient_id = null, start_time = null where id = 1", 1),
    Case("a medical record's day", "update medical_record set visit_on = '2025-12-31' where id = 1", 2),
    Case("a bill's fee, without changing its state", "update bill set service_fee = 81.5 where id = 1", 1),
    Case("a bill's fee, which makes it partially paid", "update bill set other_fee = 1 where id = 2", 2),
    Case("a bill's discount, which settles it", "update bill set discount = 55 where id = 3", 2),
    Case("a bill to void", "update bill set voided_at = now() where id = 1", 2),
    Case("a bill from void", "update bill set voided_at = null where id = 4", 2),
    Case("a bill's day", "update bill set issued_on = '2026-03-03' where id = 3", 2),
    Case(
        "fees that cancel out",
        "update bill set service_fee = service_fee + case id when 1 then 5 else -5 end where id in (1, 6)",
        1,
    ),
    Case("a payment's amount", "update payment set amount = 20 where id = 1", 3),
    Case("a payment's method", "update payment set method = 'cheque' where id = 1", 2),
    Case("a payment's day", "update payment set paid_on = '2026-03-03' where id = 1", 2),
    Case("a payment's bill", "update payment set bill_id = 1 where id = 1", 5),
    Case(
        "a payment's bill, method, day and amount at once",
        "update payment set bill_id = 1, method = 'copay', paid_on = clock.today(), amount = 10 where id = 1",
        6,
    ),
    Case("a payment's note", "update payment set reference = 'x' where id = 1", 1),
    Case("an item's quantity within a state", "update inventory_item set quantity = 99 where id = 1", 1),
    Case("an item's quantity to another state", "update inventory_item set quantity = 0 where id = 1", 2),
    Case("an item's reorder level", "update inventory_item set reorder_level = 3 where id = 4", 2),
    Case("an item's name", "update inventory_item set name = 'Gauze, sterile' where id = 1", 1),
    Case(
        "rows from another table",
        "update booking set status = 'cancelled' from patient"
        " where patient.id = booking.patient_id and patient.first_name = 'Ada'",
        3,
    ),
)

DELETES = (
    Case("one row", "delete from patient where id = 6", 1),
    Case("no row", "delete from patient where false", 0),
    Case("a practitioner", "delete from practitioner using (values (99)) v (id) where full_name = 'nobody'", 0),
    Case("bookings nobody refers to", "delete from booking where status in ('no_show', 'cancelled')", 2),
    Case("medical records", "delete from medical_record", 3),
    Case("a bill without payments", "delete from bill where id in (1, 4)", 2),
    Case("a payment and its refund", "delete from payment where bill_id = 3", 4),
    Case("items", "delete from inventory_item where id > 1", 3),
)


@each(*INSERTS, *UPDATES, *DELETES)
@in_each_kind_of_session()
def test_a_statement_moves_just_what_it_must(
    case: Case, settings: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    clinic.execute(settings)
    play(case, clinic, bell, witness)
