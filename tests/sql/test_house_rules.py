"""House rules of the SQL that a machine can check."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.sql.oracle import TABLES, Session

FILES = sorted((settings.BASE_DIR / "sql").glob("*.sql"))
SCHEMAS = ["stats", "ledger", "clock", "changes", "search"]
FUNCTIONS_WITHOUT_COMMENT = """
select p.oid::regprocedure::text from pg_proc p
 where p.pronamespace = any (%s::regnamespace[]) and obj_description(p.oid, 'pg_proc') is null
"""
RELATIONS_WITHOUT_COMMENT = """
select c.oid::regclass::text from pg_class c
 where c.relnamespace = any (%s::regnamespace[]) and c.relkind in ('r', 'v', 'S')
   and obj_description(c.oid, 'pg_class') is null
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i' and c.relkind = 'S')
"""
TRIGGERS = """
select t.tgrelid::regclass::text, t.tgname, t.tgfoid::regproc::text, t.tgenabled, t.tgtype
  from pg_trigger t where not t.tgisinternal and t.tgrelid = any (%s::regclass[])
"""
UNPINNED = """
select p.oid::regprocedure::text from pg_proc p
 where p.pronamespace = any (%s::regnamespace[]) and p.prosecdef
   and not coalesce(p.proconfig @> '{"search_path=pg_catalog, pg_temp"}', false)
"""
FIRST_WORDS = {"track", "ledger", "guard", "stamp"}


def names(session: Session, query: str) -> list[str]:
    """List what a query about the schemas finds."""
    return [name for (name,) in session.execute(query, [SCHEMAS]).fetchall()]


def statements(text: str) -> str:
    """Leave comments and quoted words out of an SQL file."""
    return re.sub(r"'[^']*'", "", re.sub(r"--.*", "", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_files_header_says_what_always_holds_and_its_order(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    header = text.split("\n\n")[0]
    assert header.startswith("-- ")
    assert "-- Always holds: " in header
    assert "-- Order: " in header


def test_only_one_file_notifies() -> None:
    notifying = [
        path.name for path in FILES if re.search(r"\b(notify|pg_notify)\b", statements(path.read_text()), re.I)
    ]
    assert notifying == ["040_bell.sql"]


def test_every_function_of_our_schemas_has_a_comment(clinic: Session) -> None:
    assert names(clinic, FUNCTIONS_WITHOUT_COMMENT) == []


def test_every_table_view_and_sequence_of_our_schemas_has_a_comment(clinic: Session) -> None:
    assert names(clinic, RELATIONS_WITHOUT_COMMENT) == []


def test_every_definers_function_has_a_pinned_search_path(clinic: Session) -> None:
    assert names(clinic, UNPINNED) == []


def test_triggers_of_counted_tables_are_named_by_one_scheme(clinic: Session) -> None:
    for table, name, _function, _enabled, _type in clinic.execute(TRIGGERS, [list(TABLES)]).fetchall():
        assert name.split("_")[0] in FIRST_WORDS, f"{name} on {table}"


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"stock_movement"}))
def test_a_counted_table_has_four_triggers_that_always_fire_and_one_for_replication(
    table: str, clinic: Session
) -> None:
    found = {row[1]: row[2:4] for row in clinic.execute(TRIGGERS, [[table]]).fetchall() if row[1].startswith("track")}
    expected = {
        f"track_{participle}": (f"stats.{table}__{participle}", "A")
        for participle in ("inserted", "updated", "deleted", "truncated")
    } | {"track_replicated": (f"stats.{table}__replicated", "R")}
    assert {name: (function, enabled) for name, (function, enabled) in found.items()} == expected


def test_counting_triggers_sort_behind_the_ledgers(clinic: Session) -> None:
    for table in TABLES:
        after = sorted(row[1] for row in clinic.execute(TRIGGERS, [[table]]).fetchall() if not row[4] & 2)
        assert after == sorted(after, key=lambda name: name.startswith("track"))


def test_ledger_triggers_always_fire_and_guards_do_not_in_replica_role(clinic: Session) -> None:
    for _table, name, _function, enabled, _type in clinic.execute(TRIGGERS, [list(TABLES)]).fetchall():
        expected = "R" if name == "track_replicated" else "O" if name.startswith(("guard", "stamp")) else "A"
        assert enabled == expected, name


def test_constraints_of_counted_tables_have_names_of_our_own(clinic: Session) -> None:
    found = clinic.execute(
        "select conname from pg_constraint where contype in ('c', 'x', 'f', 'u') and conrelid = any (%s::regclass[])",
        [list(TABLES)],
    )
    for (name,) in found.fetchall():
        assert not re.search(r"_(check|fkey|key|excl|uniq|[0-9a-f]{8})\d*$", name), name


def test_there_are_nineteen_metrics(clinic: Session) -> None:
    assert clinic.execute("select count(*), count(distinct key) from stats.current").fetchone() == (19, 19)
