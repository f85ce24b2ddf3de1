"""What the roles of scripts and of the web application may do, and what they may not."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session

MAY_IMPORT = (
    "insert into patient (first_name) values ('A')",
    "insert into practitioner (full_name, external_ref) values ('Dr. A', 'd1') on conflict (external_ref) do nothing",
    "update service set price = 5",
    "insert into booking (date) values (clock.today())",
    "merge into booking b using (values (1)) v (id) on b.id = v.id when matched then update set status = 'completed'",
    "insert into medical_record (patient_id) values (1)",
    "insert into bill (patient_id, service_fee, external_ref) values (1, 5, 'i1')"
    " on conflict (external_ref) do update set service_fee = excluded.service_fee, voided_at = null",
    "insert into payment (bill_id, amount) values (1, 5)",
    "delete from payment where bill_id = 2; delete from bill where id = 2",
    "insert into inventory_item (name, quantity) values ('A', 4)",
    "update inventory_item set quantity = 1",
    "delete from inventory_item",
    "delete from patient where id in (1, 6)",
    "set clinic.stock_reason = 'delivery'; update inventory_item set quantity = quantity + 10",
    "select * from stats.current",
    "select clock.today(), clock.now()",
    "select * from stock_movement",
)
MAY_NOT_IMPORT = (
    "truncate medical_record",
    "update bill set amount_paid = 0",
    "insert into bill (patient_id, amount_paid) values (1, 0)",
    "insert into stock_movement (item_id, change) values (1, 1)",
    "delete from stock_movement",
    "select * from stats.delta",
    "insert into stats.delta (subject, op) values ('patient', 'insert')",
    "select * from stats.counter",
    "update stats.total set n = 0",
    "update stats.folded set folded_at = now()",
    "select * from stats.recount",
    "select * from stats.metric",
    "select last_value from stats.bell",
    "select nextval('stats.bell')",
    "select stats.fold()",
    "select stats.rebuild()",
    "select * from stats.verify()",
    "select * from stats.look('1:1:')",
    "select * from stats.deltas_since('1:1:')",
    "select * from stats.activity",
    "select * from stats.acts_since('1:1:')",
    "select * from stats.read_activity('{booking}')",
    "select stats.ring()",
    "select stats.wake_up()",
    "select stats.fall_asleep()",
    "select stats.prune('0', '9')",
    "select stats.track('patient')",
    "select stats.watch('patient', 'patient')",
    "select ledger.settle('{1}')",
    "select * from changes.deletion",
    "insert into changes.deletion (relation, row_id, deleted_by) values ('patient', 1, 'somebody else')",
    "select changes.forget_deletions()",
    "select ledger.refuse_impossible_payments('{1}')",
    "create table stats.mine ()",
    "create function ledger.mine() returns int language sql return 1",
    "alter table patient disable trigger all",
    "set session_replication_role to replica",
    "drop trigger track_inserted on patient",
    "select * from auth_user",
    "select * from django_session",
)
MAY_SERVE = (
    *("select stats.fold()", "select stats.rebuild()", "select * from stats.verify()"),
    *("select stats.wake_up()", "select stats.fall_asleep()", "select * from stats.look('1:1:')"),
    "select * from stats.read_activity('{booking}')",
    *("select * from stats.delta", "select last_value from stats.bell"),
    "insert into payment (bill_id, amount) values (1, 5)",
    "update auth_user set is_active = true",
    "insert into day_close (day) values (clock.today())",
    *("select * from changes.deletion", "select changes.forget_deletions()"),
)
MAY_NOT_SERVE = (
    *("insert into stats.delta (subject, op) values ('patient', 'insert')", "delete from stats.counter"),
    *("delete from stock_movement", "select stats.track('patient')", "select stats.prune('0', '9')"),
    *("truncate patient", "delete from changes.deletion", "update changes.deletion set deleted_by = 'somebody else'"),
    *("update day_close set note = ''", "delete from day_close"),
    *("update day_close_line set expected = 0", "delete from day_close_line"),
)


@pytest.fixture
def script(clinic: Session, pool: Pool) -> Iterator[Session]:
    """A session with the rights of an import script."""
    yield from session_of(pool, "clinic_import")


@pytest.fixture
def application(clinic: Session, pool: Pool) -> Iterator[Session]:
    """A session with the rights of the web application."""
    yield from session_of(pool, "clinic_app")


def session_of(pool: Pool, role: str) -> Iterator[Session]:
    session = pool.take()
    session.execute(f"set role {role}")
    yield session
    session.rollback()
    session.execute("reset role")


@pytest.mark.parametrize("statement", MAY_IMPORT)
def test_a_script_may(statement: str, script: Session, clinic: Session) -> None:
    script.execute(statement)
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("statement", MAY_NOT_IMPORT)
def test_a_script_may_not(statement: str, script: Session) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        script.execute(statement)


@pytest.mark.parametrize("statement", MAY_SERVE)
def test_the_application_may(statement: str, application: Session) -> None:
    application.execute(statement)


@pytest.mark.parametrize("statement", MAY_NOT_SERVE)
def test_the_application_may_not(statement: str, application: Session) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_a_stranger_may_do_nothing_in_stats(clinic: Session, pool: Pool) -> None:
    stranger = pool.take()
    clinic.execute("drop role if exists a_stranger; create role a_stranger")
    try:
        stranger.execute("set role a_stranger")
        for statement in ("select * from stats.current", "select stats.fold()", "select * from patient"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                stranger.execute(statement)
    finally:
        stranger.execute("reset role")
        clinic.execute("drop role a_stranger")


def test_a_script_cannot_shadow_what_triggers_call(script: Session, clinic: Session) -> None:
    script.execute(
        "create temp table payment (bill_id bigint, amount numeric); insert into pg_temp.payment values (1, 99)"
    )
    script.execute("insert into public.payment (bill_id, amount) values (1, 5)")
    assert_exact_through_folds(clinic)


def test_a_script_is_named_in_what_it_appends(script: Session, clinic: Session) -> None:
    script.execute("set application_name = 'import_bills.py'; set clinic.actor = 'night shift'")
    script.execute("insert into service (name) values ('A')")
    found = clinic.execute("select source, actor from stats.delta order by id desc limit 1")
    assert found.fetchone() == ("import_bills.py (clinic)", "night shift")
