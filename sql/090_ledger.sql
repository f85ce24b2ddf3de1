-- Ledgers: a total that follows from entries, no matter who wrote them.
--
-- Always holds: a total that is kept here equals the sum of its entries, but for what no trigger saw, which a check-up mends.
-- Race it survives: each ledger's own; said where its triggers are.
-- A guard asks how deep in triggers a statement runs, and whether who runs it may create in this schema: a login that
-- writes from a trigger of its own is as deep, and only the owner's functions are the owner.
-- Order: after tracking, whose triggers fire behind these and count what they move; before the check-up.

create schema if not exists ledger;
comment on schema ledger is 'Columns and tables that follow from others, and the triggers that keep them.';

create or replace function ledger.follow(relation text, event text, told text, body text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.make_trigger('ledger', relation, event, told,
        -- A replication worker fires no statement's trigger at other events.
        case when event in ('insert', 'truncate') then stats.unless_replicated_snippet() else '' end || body);
end
$$;
comment on function ledger.follow(text, text, text, text) is
    'Have a statement on a table write what follows from it; the publisher of a replicated row sends that along.';

create table if not exists ledger.kept (
    name text primary key,
    holder text not null,
    total text not null,
    entries text not null,
    holder_id text not null,
    amount text not null,
    mend text not null
);
comment on table ledger.kept is 'The ledgers: which column of which table is the sum of which column of its entries.';
comment on column ledger.kept.mend is 'An SQL expression that puts the ledger of the row $1 right.';

create or replace function ledger.id__guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    raise check_violation using table = tg_table_name, schema = 'public', constraint = tg_table_name || '_id_never_changes',
        message = format('%s.id is what its ledger refers to and cannot be changed', tg_table_name),
        hint = 'Keep a number of your own in external_ref.';
end
$$;
comment on function ledger.id__guarded() is 'Refuse a new id for a row that a ledger refers to.';

create or replace function ledger.keep(
    name text, holder text, total text, entries text, holder_id text, amount text, mend text
) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    insert into ledger.kept values (name, holder, total, entries, holder_id, amount, mend)
        on conflict on constraint kept_pkey do update
           set holder = excluded.holder, total = excluded.total, entries = excluded.entries,
               holder_id = excluded.holder_id, amount = excluded.amount, mend = excluded.mend;
    perform install.make_trigger(format('public.%I', holder)::regclass, 'guard_id', 'before update of id',
        'for each row when ((new.id <> old.id)) execute function ledger.id__guarded()');
end
$$;
comment on function ledger.keep(text, text, text, text, text, text, text) is
    'Name a ledger, for check-ups to compare and mend; the ids that its entries refer to never change.';

create or replace function ledger.mismatches() returns table (ledger text, id bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    compared constant text := (select string_agg(format(
        'select %L::text, h.id from public.%I h left join (select %I as id, sum(%I) as amount from public.%I group by 1) e using (id)
          where h.%I <> coalesce(e.amount, 0)', k.name, k.holder, k.holder_id, k.amount, k.entries, k.total), ' union all ')
        from ledger.kept k);
begin
    if compared is not null then
        return query execute compared;
    end if;
end
$$;
comment on function ledger.mismatches() is 'Rows whose total is not the sum of its entries, by ledger.';

-- Guards let pass what the owner's own triggers write, and trust no setting, which anybody could set: so a mend is a trigger's.
create table if not exists ledger.mending (
    ledger text not null,
    id bigint not null
);
comment on table ledger.mending is 'Always empty: a row that is inserted has the ledger of that row put right, and is not kept.';

create or replace function ledger.mending__inserted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    execute (select 'select ' || k.mend from ledger.kept k where k.name = new.ledger) using new.id;
    return null;
end
$$;
comment on function ledger.mending__inserted() is 'Put one row''s ledger right; raises what a person has to decide.';

select install.make_trigger('ledger.mending', 'mend', 'before insert',
    'for each row execute function ledger.mending__inserted()', fires => 'A');

create or replace function ledger.refuse_old_snapshot(
    entries text, holder text, invisible text, instead text default ''
) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    -- What an older snapshot cannot show, the table's size on disk does: it is 0 when the holder was truncated along.
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted')
        and pg_relation_size(format('public.%I', holder)::regclass) > 0
    then
        raise feature_not_supported using
            message = format('%s can be truncated only at READ COMMITTED, because later %s are invisible to an older snapshot',
                             entries, invisible),
            hint = format('Run it at READ COMMITTED, %sor truncate %s and %s together.', instead, holder, entries);
    end if;
end
$$;
comment on function ledger.refuse_old_snapshot(text, text, text, text) is
    'Refuse to empty a ledger at a stricter isolation level: holders committed since would keep a total that is gone.';
