-- Folding: add what is pending to the counters and remember the snapshot that says what "pending" was.
--
-- Always holds: stats.read is exact before, during and after a fold, in any snapshot however old.
-- Race it survives: two folders (the second finds the row locked and leaves), a fold inside a
-- transaction that goes on writing (its own deltas stay pending), readers older than the fold.
-- Order: after the store; used by the read, the rebuild and the relay. Calls, when it runs, what 107 makes.

create or replace function stats.is_restored() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- A dump restored into another cluster brings transaction ids that lie in that cluster's future.
    return exists (select from stats.folded where pg_snapshot_xmax(snapshot) > pg_snapshot_xmax(pg_current_snapshot()));
end
$$;
comment on function stats.is_restored() is 'The counters were kept by another server and await a rebuild on this one.';

create or replace function stats.refuse_restored() returns void
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if stats.is_restored() then
        raise object_not_in_prerequisite_state using
            message = 'the counters were kept by another server, so they cannot be read on this one',
            hint = 'After restoring a dump run: select stats.rebuild(); a running relay does it by itself.';
    end if;
end
$$;
comment on function stats.refuse_restored() is 'Raise an error rather than read numbers that another server kept.';

create or replace function stats.deltas_since(seen pg_snapshot) returns setof stats.delta
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off
as $$
begin
    -- Dead deltas lie below both index ranges, so they cost disk and never time.
    return query select d.* from stats.delta d where d.xid >= pg_snapshot_xmax(seen);
    return query select d.* from stats.delta d where d.xid = any (array(select pg_snapshot_xip(seen)));
end
$$;
comment on function stats.deltas_since(pg_snapshot) is 'The deltas that the caller sees and the given snapshot does not.';

create or replace function stats.snapshot_without_me() returns pg_snapshot
    language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
    seen constant pg_snapshot := pg_current_snapshot();
    me constant xid8 := pg_current_xact_id_if_assigned();
begin
    -- A snapshot never lists its own transaction, so its id can lie on either side of it.
    if me is null or me >= pg_snapshot_xmax(seen) then
        return seen;
    end if;
    return format(
        '%s:%s:%s',
        least(pg_snapshot_xmin(seen), me),
        pg_snapshot_xmax(seen),
        (select string_agg(running::text, ',' order by running)
           from (select pg_snapshot_xip(seen) union select me) as all_running (running))
    )::pg_snapshot;
end
$$;
comment on function stats.snapshot_without_me() is 'The statement''s snapshot, in which the transaction that asks is still running.';

create or replace function stats.fold() returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    before stats.folded;
    taken bigint;
begin
    select * into before from stats.folded for update skip locked;
    if not found or stats.is_restored() then
        return null;
    end if;
    -- One statement, hence one snapshot, and at READ COMMITTED one taken after the lock.
    with mark as materialized (
        select stats.snapshot_without_me() as snapshot
    ), pending as materialized (
        select * from stats.deltas_since(before.snapshot) where xid is distinct from pg_current_xact_id()
    ), reset as materialized (
        select subject, max(id) as id from pending where is_reset group by subject
    ), moved as (
        select p.subject, p.state, p.day, p.n, p.billed, p.paid
          from pending p
         where not exists (select from reset r where r.subject = p.subject and r.id >= p.id)
        union all
        select c.subject, c.state, c.day, 0, 0, 0 from stats.counter c join reset using (subject)
        union all
        select t.subject, t.state, null, 0, 0, 0 from stats.total t join reset using (subject)
    ), summed as materialized (
        select subject, state, day, grouping(day) = 1 as is_total,
               sum(n) as n, sum(billed) as billed, sum(paid) as paid
          from moved
         group by grouping sets ((subject, state, day), (subject, state))
        having sum(n) <> 0 or sum(billed) <> 0 or sum(paid) <> 0
            or exists (select from reset r where r.subject = moved.subject)
    ), counters as (
        insert into stats.counter as kept (subject, state, day, n, billed, paid)
        select subject, state, day, n, billed, paid from summed where not is_total and day is not null
        on conflict (subject, day, state) do update
           set n = excluded.n + case when kept.subject in (select subject from reset) then 0 else kept.n end,
               billed = excluded.billed + case when kept.subject in (select subject from reset) then 0 else kept.billed end,
               paid = excluded.paid + case when kept.subject in (select subject from reset) then 0 else kept.paid end
    ), totals as (
        insert into stats.total as kept (subject, state, n, billed, paid)
        select subject, state, n, billed, paid from summed where is_total
        on conflict (subject, state) do update
           set n = excluded.n + case when kept.subject in (select subject from reset) then 0 else kept.n end,
               billed = excluded.billed + case when kept.subject in (select subject from reset) then 0 else kept.billed end,
               paid = excluded.paid + case when kept.subject in (select subject from reset) then 0 else kept.paid end
    ), logged as (
        insert into stats.activity as kept
        select * from stats.acts_since(before.logged, pg_current_xact_id())
        on conflict on constraint activity_pkey do update
           set n = kept.n + excluded.n, billed = kept.billed + excluded.billed, paid = kept.paid + excluded.paid,
               made_at = greatest(kept.made_at, excluded.made_at)
    ), marked as (
        update stats.folded
           set snapshot = mark.snapshot, pruned_below = pg_snapshot_xmin(before.snapshot),
               logged = mark.snapshot, folded_at = clock_timestamp()
          from mark
    )
    select count(*) into taken from pending;
    -- One fold late, so that the relay has seen what goes; between two bounds, so that what is
    -- already gone is not walked over again.
    perform stats.prune(before.pruned_below, pg_snapshot_xmin(before.snapshot));
    perform stats.prune_activity();
    return taken;
end
$$;
comment on function stats.fold() is 'Fold pending deltas into the counters; gives their number, or null when another session is folding.';

create or replace function stats.prune(from_xid xid8, below_xid xid8) returns void
    language sql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$ delete from stats.delta where xid >= from_xid and xid < below_xid $$;
comment on function stats.prune(xid8, xid8) is 'Delete deltas that every reader finds in the counters.';

create or replace function stats.delta__multiplied() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- At a stricter isolation level the lock could fail the writer; a later one will fold.
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        perform stats.fold();
    end if;
    return null;
end
$$;
comment on function stats.delta__multiplied() is 'Keep the inbox bounded when nobody else folds: each 4096th delta folds at its commit, never waiting.';

drop trigger if exists fold_now_and_then on stats.delta;
create constraint trigger fold_now_and_then after insert on stats.delta
    deferrable initially deferred for each row
    when (new.id % 4096 = 0) execute function stats.delta__multiplied();
alter table stats.delta enable always trigger fold_now_and_then;
