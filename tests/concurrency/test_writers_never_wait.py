"""An import whose transaction is open holds nothing that another writer of the same tables needs."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.concurrency.background import Background
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level

Aside = Callable[[], Background]
IMPORT = (
    "insert into patient (first_name, registered_on) select 'Imported', '2026-01-05' from generate_series(1, 500);"
    "insert into booking (patient_id, date, status) select 1, clock.today(), 'confirmed' from generate_series(1, 500);"
    "insert into medical_record (patient_id, visit_on) select 1, '2026-01-05' from generate_series(1, 500);"
    "insert into bill (patient_id, service_fee, issued_on) select 1, 5, '2026-01-05' from generate_series(1, 500);"
    "insert into payment (bill_id, amount) select max(id), 1 from bill;"
    "insert into inventory_item (name, quantity) select 'Imported', 1 from generate_series(1, 500);"
    "insert into practitioner (full_name) values ('Imported'); insert into service (name) values ('Imported')"
)
AT_RECEPTION = (
    "insert into patient (first_name, registered_on) values ('Walk-in', '2026-01-05')",
    "update patient set archived_at = now() where id = 2",
    "insert into booking (patient_id, date, status) values (1, clock.today(), 'confirmed')",
    "update booking set status = 'completed' where id = 1",
    "insert into medical_record (patient_id, visit_on) values (1, '2026-01-05')",
    "insert into bill (patient_id, service_fee, issued_on) values (1, 5, '2026-01-05')",
    "insert into payment (bill_id, amount) values (1, 5)",
    "delete from payment where bill_id = 2",
    "update inventory_item set quantity = quantity - 1 where id = 1",
    "delete from inventory_item where id = 2",
    "insert into practitioner (full_name) values ('New')",
    "update service set price = 5",
    "select stats.fold()",
    "select stats.rebuild()",
    "select * from stats.verify()",
    "select * from stats.current",
)


@at_each_isolation_level()
def test_nobody_waits_for_an_open_import(level: str, clinic: Session, aside: Aside) -> None:
    importer, reception = aside(), aside()
    importer.session.execute(f"begin isolation level {level}")
    importer.session.execute(IMPORT)
    reception.session.execute("set lock_timeout = '10s'")
    for statement in AT_RECEPTION:
        reception.begins(statement).ends()
    assert importer.blockers() == []
    assert_exact(reception.session)
    importer.session.execute("commit")
    assert_exact_through_folds(clinic)


def test_an_open_import_waits_for_nobody_at_reception(clinic: Session, aside: Aside) -> None:
    importer, reception = aside(), aside()
    reception.session.execute("begin")
    for statement in AT_RECEPTION[:12]:
        reception.session.execute(statement)
    importer.session.execute("set lock_timeout = '10s'; begin")
    importer.session.execute(IMPORT)
    importer.session.execute("commit")
    reception.session.execute("commit")
    assert_exact_through_folds(clinic)


def test_control_a_counter_updated_in_place_makes_the_second_writer_wait(clinic: Session, aside: Aside) -> None:
    importer, reception = aside(), aside()
    clinic.execute(
        "create table public.one_row (n int); insert into public.one_row values (0);"
        "create function public.count_in_place() returns trigger language plpgsql as $$ begin"
        " update public.one_row set n = n + 1; return null; end $$;"
        "create trigger zz_count after insert on patient for each statement execute function public.count_in_place()"
    )
    try:
        importer.session.execute("begin")
        importer.session.execute(IMPORT)
        reception.session.execute("set lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            reception.session.execute(AT_RECEPTION[0])
        importer.session.execute("rollback")
    finally:
        clinic.execute("drop function public.count_in_place() cascade; drop table public.one_row")
