-- Check-ups: what no trigger can see (triggers disabled, a restore, a replica's rows) is found and mended.
--
-- Always holds: after a check-up the counters equal the rows, and each ledger's totals its entries; the check-up's row
-- says what was off.
-- Race it survives: writers go on; verifying and recounting take one snapshot each, ledgers are mended
-- row by row under the row's lock.
-- Order: after the recount and what all ledgers share, which it calls.

create table if not exists stats.check_up (
    id bigint generated always as identity primary key,
    made_at timestamptz not null default clock_timestamp(),
    found text[] not null,
    seconds numeric not null
);
comment on table stats.check_up is 'Each comparison of counters and ledgers with the rows, and what it found off and mended.';

create or replace function stats.triggers_off() returns table (relation text, trigger text, wanted text, state text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select c.relname, t.tgname, w.wanted, t.tgenabled::text
      from pg_trigger t
      join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'public'::regnamespace
           cross join lateral (select case when t.tgname = 'track_replicated' then 'R' else 'A' end) as w (wanted)
     where not t.tgisinternal and t.tgname ~ '^(track|ledger)_' and t.tgenabled::text <> w.wanted
     order by 1, 2
$$;
comment on function stats.triggers_off() is 'Counting and ledger triggers that are not enabled as installed: state D is disabled.';

create or replace function stats.enable_triggers() returns setof text
    language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms'
as $$
declare
    off record;
begin
    -- ENABLE TRIGGER ALL leaves triggers that sessions in replica role pass by. What is disabled may be so on purpose.
    for off in select * from stats.triggers_off() o where o.state <> 'D' loop
        begin
            execute format('alter table public.%I enable %s trigger %I', off.relation,
                case off.wanted when 'A' then 'always' else 'replica' end, off.trigger);
        exception
            when lock_not_available then null; -- writers come first; the next check-up tries again
        end;
    end loop;
    return query select format('%s on %s', o.trigger, o.relation) from stats.triggers_off() o;
end
$$;
comment on function stats.enable_triggers() is
    'Make triggers that somebody enabled again fire in every session, as installed; gives those that are still off.';

create or replace function stats.trigger_marks() returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    -- ALTER TABLE … TRIGGER rewrites the trigger's row, so that it shows even when all are enabled again.
    select coalesce(md5(string_agg(concat_ws(' ', t.oid, t.xmin), ',' order by t.oid)), '')
      from pg_trigger t join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'public'::regnamespace
     where not t.tgisinternal and t.tgname ~ '^(track|ledger)_'
$$;
comment on function stats.trigger_marks() is 'Changes whenever somebody disables or enables a counting or ledger trigger.';

create or replace function stats.make_check_up() returns stats.check_up
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    began constant timestamptz := clock_timestamp();
    asked_by constant text := coalesce(current_setting('clinic.actor', true), '');
    found_off text[];
    wrong record;
    result stats.check_up;
begin
    perform set_config('clinic.actor', 'check-up', true);
    -- Counters first: a recount must not follow changes of its own transaction.
    if stats.is_restored() or (select count(*) from stats.folded) > 1 then
        perform stats.rebuild();
        found_off := '{all of a restored database}';
    else
        select coalesce(array_agg(v.key order by v.key), '{}') into found_off from stats.verify() v;
        if found_off <> '{}' then
            -- Beside metrics, verify names counters, whose first word is their subject.
            perform stats.rebuild(array(select distinct split_part(off.key, ' ', 1) from unnest(found_off) as off (key)));
        end if;
    end if;
    for wrong in select * from ledger.mismatches() order by 1, 2 loop
        found_off := found_off || format('%s of %s', wrong.ledger, wrong.id);
        begin
            insert into ledger.mending values (wrong.ledger, wrong.id);
        exception
            -- More was paid than billed, say: a person must decide, and all else is mended.
            when integrity_constraint_violation or check_violation then
                found_off := found_off || format('%s of %s cannot be mended: %s', wrong.ledger, wrong.id, sqlerrm);
        end;
    end loop;
    perform set_config('clinic.actor', asked_by, true);
    insert into stats.check_up (found, seconds)
    values (found_off, extract(epoch from clock_timestamp() - began)) returning * into result;
    delete from stats.check_up where id <= result.id - 400;
    return result;
end
$$;
comment on function stats.make_check_up() is 'Compare counters and ledgers with the rows, mend what is off, and note it.';
