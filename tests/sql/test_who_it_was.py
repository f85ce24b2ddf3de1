"""Who changed a row, and when, is what the database knows of its sessions, and not what they write."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.sql.conftest import Pool
from tests.sql.logins import Sign, signed_in
from tests.sql.oracle import Session

Denied = psycopg.errors.InsufficientPrivilege
LAST = "select changed_by from service order by id desc limit 1"
TOLD = "select actor, source from stats.delta where subject = 'service' order by id desc limit 1"
STAMPS = {
    "patient": ("first_name", "changed_at", "changed_by"),
    "practitioner": ("full_name", "changed_at", "changed_by"),
    "service": ("name", "changed_at", "changed_by"),
    "booking": ("reason", "changed_at", "changed_by"),
    "medical_record": ("diagnosis", "changed_at", "changed_by"),
    "bill": ("void_reason", "changed_at", "changed_by", "amount_paid"),
    "payment": ("reference", "changed_at", "changed_by"),
    "inventory_item": ("name", "changed_at", "changed_by"),
    "prescription": ("dosage", "prescribed_at", "prescribed_by"),
    "patient_merge": ("merged_name", "merged_at", "merged_by"),
    "day_close": ("note", "closed_at", "closed_by"),
}
"""Of each table that says who wrote a row: a column for anybody, and those that are the database's."""


@pytest.fixture
def sign(clinic: Session, pool: Pool) -> Iterator[Sign]:
    """Sessions by login, on the small clinic."""
    with signed_in(clinic, pool) as sign:
        yield sign


def one(session: Session, query: str) -> tuple[object, ...]:
    """Return the row that a query finds."""
    row = session.execute(query).fetchone()
    assert row is not None
    return row


def login(session: Session) -> str:
    """Name the login that a session cannot choose."""
    return str(one(session, "select session_user")[0])


def test_a_script_is_named_by_its_program_and_its_login_whomever_it_claims_to_be(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    script.execute("set application_name = 'import_bills.py'; set clinic.actor = 'manager'")
    script.execute("insert into service (name) values ('A')")
    assert one(clinic, LAST) == (f"import_bills.py ({login(script)})",)
    assert one(clinic, TOLD) == (f"import_bills.py ({login(script)})",) * 2
    script.execute("update service set price = 7 where name = 'A'")
    assert one(clinic, LAST) == (f"import_bills.py ({login(script)})",)


def test_a_program_that_calls_itself_by_a_persons_name_is_known_by_its_login(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    script.execute("set application_name = 'manager (clinic_web)'; insert into service (name) values ('A')")
    assert one(clinic, LAST) == (f"manager (clinic_web) ({login(script)})",)


def test_a_session_without_a_program_is_its_login(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    script.execute("set application_name = ''; insert into service (name) values ('A')")
    assert one(clinic, LAST) == (login(script),)


@pytest.mark.parametrize("tell", ["set clinic.actor = 'grace'", "begin; select changes.act_for('grace')"])
def test_the_web_acts_for_whom_it_signed_in_and_its_login_stands_beside(tell: str, sign: Sign, clinic: Session) -> None:
    web = sign("web")
    web.execute(f"set application_name = 'clinic-pulse'; {tell}")
    web.execute("insert into service (name) values ('A')")
    web.execute("commit")
    assert one(clinic, LAST) == ("grace",)
    assert one(clinic, TOLD) == ("grace", f"clinic-pulse ({login(web)})")
    web.execute("set clinic.actor = 'grace'; delete from service where name = 'A'")
    noted = one(clinic, "select deleted_by, source from changes.deletion order by id desc limit 1")
    assert noted == ("grace", f"clinic-pulse ({login(web)})")


def test_a_script_may_not_call_what_acts_for_others(sign: Sign) -> None:
    with pytest.raises(Denied):
        sign("script").execute("select changes.act_for('manager')")


def test_a_name_is_one_short_line_without_marks_that_turn_what_stands_beside(sign: Sign, clinic: Session) -> None:
    web = sign("web")
    told = "\u202egrace\u2066\nkim\u200b\x1b[31m\ufeff" + "x" * 12_000
    web.execute("select set_config('clinic.actor', %s, false)", [told])
    web.execute("insert into service (name) values ('A')")
    assert one(clinic, LAST) == ("grace kim [31m " + "x" * 135,)
    web.execute("select set_config('clinic.actor', %s, false)", ["\u202e\n"])
    web.execute("set application_name = 'a page'; insert into service (name) values ('B')")
    assert one(clinic, LAST) == (f"a page ({login(web)})",)


def test_why_stock_moved_is_short_and_one_line_too(sign: Sign, clinic: Session) -> None:
    script = sign("script")
    script.execute("select set_config('clinic.stock_reason', %s, false)", ["deliv\u202eery\n" + "r" * 12_000])
    script.execute("select set_config('clinic.stock_note', %s, false)", ["D-1\r\n" + "n" * 12_000])
    script.execute("update inventory_item set quantity = quantity + 1 where id = 1")
    reason, note = one(clinic, "select reason, note from stock_movement order by id desc limit 1")
    assert (str(reason)[:12], len(str(reason))) == ("deliv ery rr", 100)
    assert (str(note)[:6], len(str(note))) == ("D-1 nn", 500)


@pytest.mark.parametrize("name", ["script", "web"])
def test_no_login_writes_who_wrote_a_row_and_when(name: str, sign: Sign, clinic: Session) -> None:
    session = sign(name)
    found = {
        (table, column): session.execute(
            "select has_column_privilege(session_user, %s, %s, 'insert, update')", [table, column]
        ).fetchone()
        for table, columns in STAMPS.items()
        for column in columns[1:]
    }
    assert {column for column, may in found.items() if may != (False,)} == set()
    with pytest.raises(Denied):
        session.execute("insert into service (name, changed_by) values ('A', 'manager')")
    with pytest.raises(Denied):
        session.execute("insert into payment (bill_id, amount, changed_at) values (1, 5, '2001-01-01')")


def test_every_table_that_says_who_wrote_a_row_is_among_them(clinic: Session) -> None:
    found = clinic.execute(
        "select distinct adrelid::regclass::text from pg_attrdef join pg_class c on c.oid = adrelid"
        " where c.relnamespace = 'public'::regnamespace and pg_get_expr(adbin, adrelid) = 'changes.actor()'"
    ).fetchall()
    assert {table for (table,) in found} == set(STAMPS)


@pytest.mark.parametrize("table", [table for table in STAMPS if table != "day_close"])
def test_control_the_web_writes_what_is_for_people_to_write(table: str, sign: Sign) -> None:
    column = STAMPS[table][0]
    sign("web").execute(f"update {table} set {column} = {column} where false")


@pytest.mark.parametrize("name", ["script", "web"])
def test_no_login_moves_the_clinics_clock(name: str, sign: Sign) -> None:
    session = sign(name)
    session.execute("set clock.now = '2001-01-01'")
    with pytest.raises(Denied, match="may not set the clock") as refused:
        session.execute("insert into patient (first_name) values ('A')")
    assert "reset clock.now" in str(refused.value.diag.message_hint)
    session.execute("reset clock.now; insert into patient (first_name) values ('A')")


def test_control_the_owner_moves_it_for_its_own_session(clinic: Session) -> None:
    clinic.execute("set clock.now = '2001-01-01 12:00:00+00'; insert into patient (first_name) values ('A')")
    row = one(clinic, "select registered_on::text from patient order by id desc limit 1")
    clinic.execute("reset clock.now")
    assert str(row[0]).startswith("2001-01-0")
