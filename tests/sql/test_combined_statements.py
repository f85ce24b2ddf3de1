"""Statements that insert, update and delete at once: upserts, MERGE, writable CTEs, functions, other triggers."""

from __future__ import annotations

from tests.sql.conftest import Bell, Witness
from tests.sql.oracle import Session
from tests.sql.playing import Case, each, in_each_kind_of_session, play

UPSERTS = (
    Case(
        "an upsert that inserts one row and updates another",
        "insert into patient (first_name, external_ref, archived_at) values ('A', 'p1', now()), ('B', 'new', null)"
        " on conflict (external_ref) do update set archived_at = excluded.archived_at",
        3,
    ),
    Case(
        "an upsert that only updates, and moves nothing",
        "insert into patient (first_name, external_ref) values ('A', 'p1'), ('B', 'p2')"
        " on conflict (external_ref) do update set first_name = excluded.first_name",
        1,
    ),
    Case(
        "an upsert whose condition spares every row",
        "insert into patient (first_name, external_ref) values ('A', 'p1')"
        " on conflict (external_ref) do update set first_name = 'x' where patient.id < 0",
        0,
    ),
    Case(
        "an insert that does nothing on conflict",
        "insert into patient (first_name, external_ref) values ('A', 'p1') on conflict do nothing",
        0,
    ),
    Case(
        "an insert that does nothing on one conflict of two",
        "insert into patient (first_name, external_ref) values ('A', 'p1'), ('B', 'new') on conflict do nothing",
        1,
    ),
    Case(
        "an upsert of payments that pays more on one bill and something on another",
        "insert into payment (bill_id, amount, method, external_ref) "
        " values (3, 50, 'card', 'y2'), (1, 7, 'card', 'new')"
        " on conflict (external_ref) do update set amount = excluded.amount",
        5,
    ),
    Case(
        "an upsert of stock",
        "insert into inventory_item (name, sku, quantity) values ('Gauze', 's1', 0), ('New', 's9', 4)"
        " on conflict (sku) do update set quantity = excluded.quantity",
        3,
    ),
)

MERGES = (
    Case(
        "a merge that inserts, updates and deletes",
        "merge into booking b using (values (1, 'completed'), (2, 'gone'), (99, 'new')) v (id, word) on b.id = v.id"
        " when matched and v.word = 'gone' then delete"
        " when matched then update set status = v.word"
        " when not matched then insert (date, status) values (clock.today(), 'declined')",
        4,
    ),
    Case(
        "a merge that does nothing",
        "merge into booking b using (values (1)) v (id) on b.id = v.id when matched then do nothing",
        0,
    ),
    Case(
        "a merge of stock counts",
        "merge into inventory_item i using (values ('s1', 0), ('s2', 50), ('s8', 1)) v (sku, n) on i.sku = v.sku"
        " when matched then update set quantity = v.n"
        " when not matched then insert (sku, name, quantity) values (v.sku, v.sku, v.n)",
        3,
    ),
)

SEVERAL_TABLES = (
    Case(
        "a patient with a booking and a bill in one statement",
        "with p as (insert into patient (first_name) values ('A') returning id),"
        " b as (insert into booking (patient_id, date) select id, clock.today() from p returning id)"
        " insert into bill (patient_id, booking_id, service_fee) select p.id, b.id, 5 from p, b",
        3,
    ),
    Case(
        "a bill and its payments deleted together",
        "with gone as (delete from payment where bill_id = 2) delete from bill where id = 2",
        2,
    ),
    Case(
        "bookings completed and their bills issued",
        "with done as (update booking set status = 'completed' where id = 3 returning id, patient_id)"
        " insert into bill (patient_id, booking_id, service_fee) select patient_id, id, 50 from done",
        3,
    ),
    Case(
        "a do block that makes and unmakes",
        "do $$ begin insert into service (name) values ('x'); delete from service where name = 'x'; end $$",
        2,
        is_one_statement=False,
    ),
    Case(
        "a block that fails inside and goes on",
        "do $$ begin"
        "  insert into service (name) values ('kept');"
        "  begin insert into service (name) values ('lost'); raise 'no'; exception when raise_exception then null; end;"
        " end $$",
        1,
    ),
)


@each(*UPSERTS, *MERGES, *SEVERAL_TABLES)
@in_each_kind_of_session()
def test_a_statement_of_several_parts_moves_just_what_it_must(
    case: Case, settings: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    clinic.execute(settings)
    play(case, clinic, bell, witness)


def test_a_function_that_changes_rows_is_counted(clinic: Session, bell: Bell, witness: Witness) -> None:
    clinic.execute(
        "create function pg_temp.admit(name text) returns bigint language sql"
        " as $$ insert into public.patient (first_name) values (name) returning id $$"
    )
    play(Case("", "select pg_temp.admit(n) from (values ('A'), ('B')) v (n)", 2), clinic, bell, witness)


def test_rows_that_another_trigger_changes_are_counted(clinic: Session, bell: Bell, witness: Witness) -> None:
    clinic.execute(
        "create function public.book_for_new_patient() returns trigger language plpgsql as $$ begin"
        " insert into public.booking (patient_id, date) values (new.id, clock.today()); return null; end $$;"
        "create trigger aa_book after insert on patient for each row execute function public.book_for_new_patient()"
    )
    try:
        play(Case("", "insert into patient (first_name) values ('A'), ('B')", 3), clinic, bell, witness)
    finally:
        clinic.execute("drop function public.book_for_new_patient() cascade")


def test_a_before_trigger_that_changes_the_new_row_is_counted_as_stored(
    clinic: Session, bell: Bell, witness: Witness
) -> None:
    clinic.execute(
        "create function public.archive_new() returns trigger language plpgsql as $$ begin"
        " new.archived_at := now(); return new; end $$;"
        "create trigger aa_archive before insert on patient for each row execute function public.archive_new()"
    )
    try:
        play(Case("", "insert into patient (first_name) values ('A')", 1), clinic, bell, witness)
    finally:
        clinic.execute("drop function public.archive_new() cascade")
