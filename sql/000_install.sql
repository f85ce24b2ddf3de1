-- Installing: what stands as it is wanted is left alone, and what differs waits for a moment at the end.
--
-- Always holds: an installation in which no trigger, index or view differs takes no lock for which a writer or a reader
-- waits; `create … if not exists` and `create or replace` take theirs also when nothing is to be done.
-- Race it survives: a writer that has written one table and wants the next. While an installer collects, what needs a lock
-- is done last, when it has locked all those tables at once, in one order and within a moment, or else lets go of all.
-- Order: first, because all files make their triggers, indexes and views by it.

create schema if not exists install;
comment on schema install is 'How the files of this folder make what would lock a table.';

create or replace function install.collected() returns jsonb
    language sql stable set search_path = pg_catalog, pg_temp
    return nullif(current_setting('install.collected', true), '')::jsonb;
comment on function install.collected() is
    'What is put off until install.carry_out: relation, name and statement of each; null where nothing is, and all is done at once.';

create or replace function install.change(relation regclass, name text, statement text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if install.collected() is null then
        execute statement;
        return;
    end if;
    perform set_config('install.collected',
        (install.collected() || jsonb_build_array(jsonb_build_array(relation::text, name, statement)))::text, true);
end
$$;
comment on function install.change(regclass, text, text) is 'Do what locks a relation, for the sake of something by that name.';

create or replace function install.forget(relation regclass, name text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if install.collected() is not null then
        perform set_config('install.collected', (
            select coalesce(jsonb_agg(change order by position), '[]')
              from jsonb_array_elements(install.collected()) with ordinality c (change, position)
             where (change ->> 0, change ->> 1) <> (relation::text, name))::text, true);
    end if;
end
$$;
comment on function install.forget(regclass, text) is 'Collect nothing for something of which a later file says it otherwise.';

create or replace function install.tables() returns text
    language sql stable set search_path = pg_catalog, pg_temp
    return (select string_agg(distinct c.oid::regclass::text, ', ' order by c.oid::regclass::text)
              from jsonb_array_elements(install.collected()) change
              join pg_class c on c.oid = (change ->> 0)::regclass and c.relkind in ('r', 'p'));
comment on function install.tables() is 'The tables of what is collected, in the order in which they are locked; null for none.';

create or replace function install.carry_out() returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    statement text;
begin
    for statement in
        select change ->> 2
          from jsonb_array_elements(install.collected()) with ordinality c (change, position)
         order by position
    loop
        execute statement;
    end loop;
end
$$;
comment on function install.carry_out() is 'Carry out what is collected, in the order in which it was.';

create or replace function install.make_trigger(
    relation regclass, name text, event text, action text, fires text default 'O'
) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    is_constraint constant boolean := action like 'deferrable%';
    wanted constant text := format('create %strigger %I %s on %s %s',
                                   case when is_constraint then 'constraint ' end, name, event, relation, action);
    standing record;
begin
    perform install.forget(relation, name);
    select pg_get_triggerdef(t.oid) as definition, t.tgenabled::text as fires into standing
      from pg_trigger t where t.tgrelid = relation and t.tgname = name and not t.tgisinternal;
    -- Compared as PostgreSQL itself writes it; one that is written otherwise here is only made once more each time.
    if lower(standing.definition) is distinct from lower(regexp_replace(wanted, '\s+', ' ', 'g')) then
        perform install.change(relation, name, case when is_constraint
            then format('drop trigger if exists %I on %s; ', name, relation) || wanted
            else regexp_replace(wanted, '^create', 'create or replace') end);
        standing.fires := 'O';
    end if;
    if standing.fires <> fires then
        perform install.change(relation, name, format('alter table %s enable %s trigger %I', relation,
            case fires when 'A' then 'always' when 'R' then 'replica' else '' end, name));
    end if;
end
$$;
comment on function install.make_trigger(regclass, text, text, text, text) is
    'Make a trigger unless it stands so; its event stands before the table''s name, its action behind; fires as in pg_trigger.';

create or replace function install.make_index(relation regclass, name text, columns text, kind text default '') returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from pg_index i join pg_class c on c.oid = i.indexrelid
                    where i.indrelid = relation and c.relname = name) then
        perform install.change(relation, name, format('create %s index %I on %s (%s)', kind, name, relation, columns));
    end if;
end
$$;
comment on function install.make_index(regclass, text, text, text) is
    'Make an index, of the kind "unique" or none, unless its table has one of that name.';

create or replace function install.make_view(name text, query text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    wanted constant text := format('create or replace view %s as %s', name, query);
    standing constant regclass := to_regclass(name);
    is_so boolean;
begin
    if standing is null then
        execute wanted;
        return;
    end if;
    perform install.forget(standing, name);
    execute 'create temporary view as_wanted as ' || query;
    is_so := pg_get_viewdef('pg_temp.as_wanted'::regclass) = pg_get_viewdef(standing);
    drop view pg_temp.as_wanted;
    if not is_so then
        perform install.change(standing, name, wanted);
    end if;
end
$$;
comment on function install.make_view(text, text) is 'Make a view, unless it stands so; its readers would wait for it to be replaced.';
