-- Last changes: each row of a stamped table says who changed it last, and when; of a deleted row a note says so.
--
-- Always holds: after any UPDATE, by anyone, changed_at and changed_by are that writer's and moment's;
-- except that columns which a ledger follows may move alone without being a change of the row.
-- Who it was is told by the database's login: application_name (login), or the name that clinic.actor tells where the login
-- may act for others. A name is one line of at most 150 letters and bears no direction marks. Only the owner
-- has the right to write these columns; an UPDATE is stamped by a trigger even so.
-- A DELETE of a hundred rows or fewer notes each one; of more, the first hundred, for nobody has more forms open.
-- Race it survives: two people edit one row. Each form carries the changed_at it was rendered with; the
-- moment is the clock's and not the transaction's, so that no two changes bear the same. A form whose row is gone
-- reads the note. Noting reads nothing, so that it never makes a serializable writer fail.
-- Order: before whatever says who did it. Columns' defaults call changes.actor, so a migration makes it first. A table is
-- stamped if it has both columns, and its deletions are noted; of other tables they are where a file says so.

create schema if not exists changes;
comment on schema changes is 'Who changed a row last: changed_at, changed_by.';

create or replace function changes.one_line(said text, longest integer) returns text
    language sql immutable parallel safe
    return left(btrim(regexp_replace(
        said, '[\u0001-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+', ' ', 'g')), longest);
comment on function changes.one_line(text, integer) is
    'What somebody said, cut to a length, without line breaks and other control characters, direction marks and invisible signs.';

create or replace function changes.source() returns text
    language sql stable parallel safe
    return coalesce(nullif(current_setting('application_name'), '') || ' (' || session_user::text || ')', session_user::text);
comment on function changes.source() is
    'The session: the application_name that it chose, and in brackets, which it cannot choose, the login.';

create or replace function changes.act_for(name text) returns text
    language sql
    return set_config('clinic.actor', name, true);
comment on function changes.act_for(text) is
    'Have the transaction''s changes bear a name. clinic.actor counts for logins with the right to call this, however it was set.';

create or replace function changes.told_actor() returns text
    language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
begin
    if has_function_privilege(session_user, 'changes.act_for(text)', 'execute') then
        return coalesce(nullif(changes.one_line(current_setting('clinic.actor'), 150), ''), changes.source());
    end if;
    return changes.source();
end
$$;
comment on function changes.told_actor() is 'Whom clinic.actor names, if this login may act for others.';

-- Each statement plans it once more for each default: so it calls nothing where nobody is named, and says the source again.
create or replace function changes.actor() returns text
    language sql stable parallel safe
    return case when coalesce(current_setting('clinic.actor', true), '') <> '' then changes.told_actor()
                else coalesce(nullif(current_setting('application_name'), '') || ' (' || session_user::text || ')',
                              session_user::text) end;
comment on function changes.actor() is
    'Who changes rows: whom the application acts for, or the session''s application_name and login.';

create or replace function changes.writable(relation regclass, apart text[] default '{}') returns text
    language sql stable set search_path = pg_catalog, pg_temp
    return (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
              from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
               and array_position(apart, a.attname::text) is null
               and coalesce(pg_get_expr(d.adbin, d.adrelid), '') not in ('changes.actor()', 'statement_timestamp()'));
comment on function changes.writable(regclass, text[]) is
    'The columns for writers: neither generated nor, as their defaults show, who writes the row and when.';

create or replace function changes.row__updated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_nargs > 0 and to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv then
        return new;
    end if;
    new.changed_at := clock_timestamp();
    new.changed_by := changes.actor();
    return new;
end
$$;
comment on function changes.row__updated() is
    'Stamp a changed row with its writer and the moment; columns named as arguments do not count as a change.';

create table if not exists changes.deletion (
    id bigint generated always as identity primary key,
    relation text not null,
    row_id bigint not null,
    deleted_by text not null,
    deleted_at timestamptz not null default clock_timestamp(),
    source text not null default changes.source()
);
comment on table changes.deletion is 'Who deleted a row, and when; for those who still have it on the screen.';
comment on column changes.deletion.source is 'Through which program and login.';
select install.make_index('changes.deletion', 'deletion_of_row', 'relation, row_id');

create or replace function changes.rows__deleted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into changes.deletion (relation, row_id, deleted_by)
    select tg_table_name, gone.id, changes.actor() from gone limit 100;
    return null;
end
$$;
comment on function changes.rows__deleted() is 'Note who deleted rows, and when; of a bulk deletion the first hundred.';

create or replace function changes.forget_deletions() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
    begin atomic
        delete from changes.deletion where deleted_at < clock_timestamp() - interval '30 days';
    end;
comment on function changes.forget_deletions() is 'Forget deletions older than 30 days, which are on nobody''s screen any more.';

-- Against forgetting, not against a restore or a replica: silent in replica role, which keeps what it is given.
create or replace function changes.note_deletions(relation regclass) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform install.make_trigger(relation, 'stamp_deleted', 'after delete',
        'referencing old table as gone for each statement execute function changes.rows__deleted()');
end
$$;
comment on function changes.note_deletions(regclass) is 'Note who deletes rows of a table, and when.';

create or replace function changes.stamp(relation regclass, apart text[] default '{}') returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform install.make_trigger(relation, 'stamp_updated', 'before update',
        format('for each row execute function changes.row__updated(%s)',
               (select string_agg(quote_literal(name), ', ') from unnest(apart) as name)));
    perform changes.note_deletions(relation);
end
$$;
comment on function changes.stamp(regclass, text[]) is
    'Stamp changed rows of a table and note deleted ones; columns named besides do not count as a change.';

do $install$
begin
    perform changes.stamp(c.oid::regclass)
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname in ('changed_at', 'changed_by') and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      group by c.oid
     having count(*) = 2;
end
$install$;
