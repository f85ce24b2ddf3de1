"""What everybody may do who may connect: compared with a list written by hand, with the reason of each."""

from __future__ import annotations

from tests.sql.oracle import Session

MAY = {"usage of schema public": "PostgreSQL gives it; whatever is in it needs a right of its own"}
OURS = "n.nspname !~ '^(pg_|information_schema$)'"
"""PostgreSQL's own schemas are as PostgreSQL makes them, and so are the functions of its extensions."""
FUNCTIONS = f"""
select format('execute of %s', p.oid::regprocedure)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where {OURS} and has_function_privilege('public', p.oid, 'execute')
   and not exists (select from pg_depend d
                    where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
"""
ANYTHING = f"""
with relation as (
    select c.oid::regclass as name, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace where {OURS}
)
select format('%s of schema %s', privilege, n.nspname)
  from pg_namespace n cross join unnest(array['usage', 'create']) as privilege
 where {OURS} and has_schema_privilege('public', n.oid, privilege)
union all
select format('%s of %s', privilege, name)
  from relation cross join unnest(array['select', 'insert', 'update', 'references']) as privilege
 where relkind in ('r', 'p', 'v', 'm', 'f') and has_any_column_privilege('public', name, privilege)
union all
select format('%s of %s', privilege, name)
  from relation cross join unnest(array['delete', 'truncate', 'trigger']) as privilege
 where relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege('public', name, privilege)
union all
select format('%s of %s', privilege, name)
  from relation cross join unnest(array['usage', 'select', 'update']) as privilege
 where relkind = 'S' and has_sequence_privilege('public', name, privilege)
union all
{FUNCTIONS}
"""


def test_the_public_may_do_just_what_is_listed(clinic: Session) -> None:
    assert {name for (name,) in clinic.execute(ANYTHING).fetchall()} == set(MAY)


def test_control_a_new_function_is_the_publics_until_it_is_revoked(clinic: Session) -> None:
    clinic.execute("create function changes.forgotten() returns int language sql return 1")
    try:
        found = clinic.execute(FUNCTIONS).fetchall()
    finally:
        clinic.execute("drop function changes.forgotten()")
    assert found == [("execute of changes.forgotten()",)]
