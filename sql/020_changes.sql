-- Last changes: each row of a stamped table says who changed it last, and when; of a deleted row a note says so.
--
-- Always holds: after any UPDATE, by anyone, changed_at and changed_by are that writer's and moment's;
-- except that columns which a ledger follows may move alone without being a change of the row.
-- A DELETE of a hundred rows or fewer notes each one; of more, the first hundred, for nobody has more forms open.
-- Race it survives: two people edit one row. Each form carries the changed_at it was rendered with; the
-- moment is the clock's and not the transaction's, so that no two changes bear the same. A form whose row is gone
-- reads the note. Noting reads nothing, so that it never makes a serializable writer fail.
-- Order: before whatever says who did it. Columns' defaults call changes.actor, so a migration makes it first. A table is
-- stamped if it has both columns, and its deletions are noted; of other tables they are where a file says so.

create schema if not exists changes;
comment on schema changes is 'Who changed a row last: changed_at, changed_by.';
grant usage on schema changes to public;

create or replace function changes.actor() returns text
    language sql stable parallel safe
    return coalesce(nullif(current_setting('clinic.actor', true), ''),
                    nullif(current_setting('application_name'), ''), session_user);
comment on function changes.actor() is
    'Who changes rows: the application''s user, the script''s application_name, or the database''s user.';

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
    deleted_at timestamptz not null default clock_timestamp()
);
comment on table changes.deletion is 'Who deleted a row, and when; for those who still have it on the screen.';
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
revoke execute on function changes.note_deletions(regclass), changes.stamp(regclass, text[]), changes.forget_deletions() from public;

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
