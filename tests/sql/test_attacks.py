"""Logins that try to do what they were not given: by settings, by triggers of their own, by our triggers' functions."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.logins import ROLES, Sign, signed_in
from tests.sql.oracle import Session

Denied = psycopg.errors.InsufficientPrivilege
Refused = psycopg.errors.CheckViolation
FROM_A_TRIGGER_OF_ITS_OWN = """
create temp table mine (id int);
create function pg_temp.write() returns trigger language plpgsql as $$ begin {statement}; return null; end $$;
create trigger write after insert on mine for each row execute function pg_temp.write();
insert into mine values (1)
"""
WRITE_PAID = "update public.bill set amount_paid = amount_paid - 1 where amount_paid > 1"
WRITE_MOVEMENT = "insert into public.stock_movement (item_id, change) values (1, 1)"
SETTINGS = "set ledger.is_mending = 'on'; set stats.folded_by = '1'; set clinic.ring = 'off'"
TRIGGER_FUNCTIONS = """
select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where p.prorettype = 'trigger'::regtype and n.nspname !~ '^(pg_|information_schema$)'
   and has_function_privilege(session_user, p.oid, 'execute')
"""


EVIDENCE = {
    "day_close": ("update {} set note = ''", "update {} set closed_by = 'somebody else'", "delete from {}"),
    "day_close_line": ("update {} set expected = 0", "delete from {}"),
    "sign_in_event": ("update {} set username = 'somebody else'", "delete from {}"),
    "stock_movement": ("update {} set change = 0", "delete from {}", "insert into {} (item_id, change) values (1, 1)"),
    "changes.deletion": ("update {} set deleted_by = 'somebody else'", "delete from {}"),
    "stats.activity": ("update {} set actor = 'somebody else'", "delete from {}"),
    "stats.delta": ("update {} set actor = 'somebody else'", "delete from {}"),
    "stats.check_up": ("update {} set found = '{{}}'", "delete from {}"),
    "stats.unannounced": ("update {} set topics = '{{}}'", "delete from {}"),
}
"""What is kept of what people did, and how somebody would change or erase it."""
OF_ANY = ("truncate {} cascade", "drop table {} cascade", "alter table {} disable trigger all")


@pytest.fixture
def sign(clinic: Session, pool: Pool) -> Iterator[Sign]:
    """Sessions by login, on the small clinic."""
    with signed_in(clinic, pool) as sign:
        yield sign


@pytest.mark.parametrize("statement", [WRITE_PAID, WRITE_MOVEMENT])
@pytest.mark.parametrize("login", ROLES)
def test_no_setting_lets_a_login_write_what_triggers_write(
    login: str, statement: str, sign: Sign, clinic: Session
) -> None:
    session = sign(login)
    session.execute(SETTINGS)
    for attempt in (statement, FROM_A_TRIGGER_OF_ITS_OWN.format(statement=statement)):
        with pytest.raises((Denied, Refused)):
            session.execute(attempt)
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("statement", [WRITE_PAID, WRITE_MOVEMENT])
@pytest.mark.parametrize("wrapped", ["{statement}", FROM_A_TRIGGER_OF_ITS_OWN], ids=["by hand", "from a trigger"])
def test_the_guards_hold_against_a_login_that_was_granted_the_tables(
    statement: str, wrapped: str, sign: Sign, clinic: Session
) -> None:
    session = sign("stranger")
    clinic.execute(f"grant all on all tables in schema public to stranger_of_{clinic.info.dbname}")
    session.execute(SETTINGS)
    with pytest.raises(Refused):
        session.execute(wrapped.format(statement=statement))
    assert_exact_through_folds(clinic)


def test_control_what_our_own_triggers_write_passes_the_guards(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    script.execute("insert into payment (bill_id, amount) values (1, 5)")
    script.execute("update inventory_item set quantity = quantity + 1 where id = 1")
    assert_exact_through_folds(clinic)


@pytest.mark.parametrize("login", ROLES)
def test_no_login_can_put_our_triggers_functions_on_a_table_of_its_own(login: str, sign: Sign, clinic: Session) -> None:
    session = sign(login)
    assert session.execute(TRIGGER_FUNCTIONS).fetchall() == []
    session.execute("create temp table patient (id bigint); insert into pg_temp.patient values (1)")
    with pytest.raises(Denied):
        session.execute(
            "create trigger forged after delete on pg_temp.patient referencing old table as gone"
            " for each statement execute function changes.rows__deleted()"
        )


def test_a_check_up_mends_as_before_for_the_web_alone(sign: Sign, clinic: Session) -> None:
    clinic.execute("set session_replication_role = replica")
    clinic.execute("update bill set amount_paid = 1 where id = 1; reset session_replication_role")
    with pytest.raises(Denied):
        sign("script").execute("insert into ledger.mending values ('bill.amount_paid', 1)")
    with pytest.raises(Denied):
        sign("web").execute("insert into ledger.mending values ('bill.amount_paid', 1)")
    row = sign("web").execute("select found from stats.make_check_up()").fetchone()
    assert row is not None
    assert "bill.amount_paid of 1" in row[0]
    assert_exact_through_folds(clinic)
    assert clinic.execute("select count(*) from ledger.mending").fetchone() == (0,)


def test_a_writer_that_says_it_has_folded_folds_all_the_same(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    clinic.execute("select setval('stats.delta_id_seq', (last_value / 4096 + 1) * 4096 - 1) from stats.delta_id_seq")
    before = clinic.execute("select version from stats.last_fold()").fetchone()
    script.execute("begin; select set_config('stats.folded_by', pg_current_xact_id()::text, true)")
    script.execute("insert into service (name) values ('A'); insert into service (name) values ('B')")
    script.execute("commit")
    assert clinic.execute("select version from stats.last_fold()").fetchone() != before


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("login", ROLES)
def test_no_login_changes_or_erases_what_is_kept_as_evidence(login: str, table: str, sign: Sign) -> None:
    for statement in (*EVIDENCE[table], *OF_ANY):
        with pytest.raises(Denied):
            sign(login).execute(statement.format(table))
