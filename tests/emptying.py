"""Empty tables between tests. Deleting few rows is much quicker than TRUNCATE, which makes new files for all tables."""

from __future__ import annotations

from typing import Any, Protocol

import psycopg

COUNTED = "patient, practitioner, service, booking, medical_record, bill, payment, inventory_item, stock_movement"
KEPT = "day_close, patient_merge, patient_reference"
"""Logs without foreign keys to what is counted; tests read them too."""

ALL_THAT_REFER = """
with recursive reached (oid) as (
    select unnest(array[{tables}]::regclass[])
     union select c.conrelid::regclass from pg_constraint c join reached r on c.confrelid = r.oid where c.contype = 'f'
)
select oid from reached
"""
ALL_BUT_RIGHTS = """
select c.oid::regclass as oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   and c.relname not in ('django_migrations', 'django_content_type', 'auth_permission', 'auth_group',
                         'auth_group_permissions')
"""

EMPTY = """
do $$
declare
    emptied regclass[] := array({tables});
    big text := (select string_agg(t::text, ', ') from unnest(emptied) t where pg_relation_size(t) > 500000);
    name regclass;
    is_filled boolean;
begin
    -- Neither foreign keys nor guards of single rows are asked; the triggers that count are told even so.
    perform set_config('session_replication_role', 'replica', true);
    -- Those who still write are waited for, as TRUNCATE does.
    execute format('lock table %s in share row exclusive mode', array_to_string(emptied, ', '));
    if big is not null then
        execute format('truncate %s cascade', big);
    end if;
    foreach name in array emptied loop
        execute format('select exists (select from %s)', name) into is_filled;
        if is_filled then
            execute format('delete from %s', name);
        end if;
    end loop;
    perform setval(s.seqrelid, s.seqstart, false)
       from pg_sequence s join pg_depend d on d.objid = s.seqrelid and d.deptype in ('a', 'i')
      where d.classid = 'pg_class'::regclass and d.refobjid = any (emptied)
        and pg_sequence_last_value(s.seqrelid) is not null;
end
$$
"""


class Executes(Protocol):
    """A connection or a cursor."""

    def execute(self, query: Any, /) -> Any: ...


def empty_counted(session: Executes) -> None:
    """Empty the counted tables and all that refer to them; begin their numbers again."""
    tables = ", ".join(f"'{table}'" for table in f"{COUNTED}, {KEPT}".split(", "))
    session.execute(EMPTY.format(tables=ALL_THAT_REFER.format(tables=tables)))


def empty(session: Executes) -> None:
    """Empty the counted tables and all that refer to them; begin their numbers and their statistics again."""
    empty_counted(session)
    session.execute("select stats.rebuild()")


def empty_all(session: Executes) -> None:
    """Empty every table of the application; what `migrate` wrote, groups and their rights, stays."""
    session.execute(EMPTY.format(tables=ALL_BUT_RIGHTS))


class Broom:
    """A session that stays open to empty the tables between tests: a new one plans and compiles everything again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: psycopg.Connection[Any] | None = None

    def session(self) -> psycopg.Connection[Any]:
        """Return the session, connected again if a test ended it; of two in a deadlock the other is told first."""
        if self._session is None or self._session.closed:
            self._session = psycopg.connect(
                self._url, autocommit=True, application_name="emptying", options="-c deadlock_timeout=3s"
            )
        return self._session

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
