-- Folding: add what is pending to the counters and remember the snapshot that says what "pending" was.
--
-- Always holds: stats.read is exact before, during and after a fold, in any snapshot however old.
-- Race it survives: two folders (the second finds the row locked and leaves), a fold inside a
-- transaction that goes on writing (its own deltas stay pending), readers older than the fold.
-- Order: after what is pending and the log of activity, which a fold writes.

create or replace function stats.apply_to_counters(changes stats.counter[], replaced text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
as $$
begin
    with change as (
        select c.subject, c.day, c.state, k.version, c.n + coalesce(k.n * share, 0) as n,
               c.billed + coalesce(k.billed * share, 0) as billed, c.paid + coalesce(k.paid * share, 0) as paid
          from unnest(changes) c
               cross join lateral (select case when c.subject = any (replaced) then 0 else 1 end) as s (share)
               left join lateral (select * from stats.counter o
                                   where o.subject = c.subject and o.day = c.day and o.state = c.state
                                   order by o.version desc limit 1) k on true
         where c.day is not null
    ), rewritten as (
        update stats.counter k
           set n = c.n, billed = c.billed, paid = c.paid, version = k.version + 1
          from change c
         where k.subject = c.subject and k.day = c.day and k.state = c.state and k.version = c.version
    )
    insert into stats.counter (subject, day, state, n, billed, paid)
    select c.subject, c.day, c.state, c.n, c.billed, c.paid from change c where c.version is null;
    with change as (
        select c.subject, c.state, k.version, c.n + coalesce(k.n * share, 0) as n,
               c.billed + coalesce(k.billed * share, 0) as billed, c.paid + coalesce(k.paid * share, 0) as paid
          from unnest(changes) c
               cross join lateral (select case when c.subject = any (replaced) then 0 else 1 end) as s (share)
               left join lateral (select * from stats.total o where o.subject = c.subject and o.state = c.state
                                   order by o.version desc limit 1) k on true
         where c.day is null
    ), rewritten as (
        update stats.total k
           set n = c.n, billed = c.billed, paid = c.paid, version = k.version + 1
          from change c
         where k.subject = c.subject and k.state = c.state and k.version = c.version
    )
    insert into stats.total (subject, state, n, billed, paid)
    select c.subject, c.state, c.n, c.billed, c.paid from change c where c.version is null;
end
$$;
comment on function stats.apply_to_counters(stats.counter[], text[]) is
    'Add to the counters, or replace those of the subjects `replaced`; a day of null is all days. Call with stats.folded locked.';

create or replace function stats.fold() returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
declare
    before stats.folded;
    seen pg_snapshot;
    taken bigint;
    changes stats.counter[];
    replaced text[];
begin
    select * into before from stats.folded order by version desc limit 1 for update skip locked;
    if not found or stats.is_restored() then
        return null;
    end if;
    -- One statement, hence one snapshot, and at READ COMMITTED one taken after the lock.
    with pending as materialized (
        select p.subject, p.state, p.day, p.n, p.billed, p.paid, p.is_reset
          from stats.pending(before.snapshot, pg_current_xact_id()) p
    ), reset as materialized (
        select subject from pending where is_reset
    ), moved as (
        select p.subject, p.state, p.day, p.n, p.billed, p.paid from pending p where not p.is_reset
        union all
        select c.subject, c.state, c.day, 0, 0, 0 from stats.counter c join reset using (subject)
        union all
        select t.subject, t.state, null, 0, 0, 0 from stats.total t join reset using (subject)
    ), summed as (
        select subject, state, day, grouping(day) = 1 as is_total,
               sum(n) as n, sum(billed) as billed, sum(paid) as paid
          from moved
         group by grouping sets ((subject, state, day), (subject, state))
        having sum(n) <> 0 or sum(billed) <> 0 or sum(paid) <> 0
            or exists (select from reset r where r.subject = moved.subject)
    ), logged as (
        insert into stats.activity as kept
        select * from stats.acts_since(before.logged, pg_current_xact_id())
        on conflict on constraint activity_pkey do update
           set n = kept.n + excluded.n, billed = kept.billed + excluded.billed, paid = kept.paid + excluded.paid,
               made_at = greatest(kept.made_at, excluded.made_at)
    )
    select stats.snapshot_without_me(), (select count(*) from pending), array(select subject from reset),
           array(select row(subject, day, state, n, billed, paid, 0)::stats.counter from summed where is_total or day is not null)
      into seen, taken, replaced, changes;
    perform stats.apply_to_counters(changes, replaced);
    -- One fold late, so that the relay has seen what goes.
    update stats.folded
       set snapshot = seen, pruned_below = stats.prune(before.pruned_below, pg_snapshot_xmin(before.snapshot)),
           logged = seen, folded_at = clock_timestamp(), version = version + 1;
    perform stats.prune_activity();
    return taken;
end
$$;
comment on function stats.fold() is 'Fold pending deltas into the counters; gives their number, or null when another session is folding.';

create or replace function stats.prune(from_xid xid8, below_xid xid8) returns xid8
    language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_sort = off
as $$
declare
    -- A part at a time, of whole transactions: the one who folds first after a long open transaction is not held up.
    last_gone constant xid8 := (
        select xid from stats.delta where xid >= from_xid and xid < below_xid order by xid offset 10000 limit 1);
    upto constant xid8 := coalesce(
        (select xid from stats.delta where xid > last_gone and xid < below_xid order by xid limit 1), below_xid);
begin
    -- Between two bounds, so that what is already gone is not walked over again.
    delete from stats.delta where xid >= from_xid and xid < upto;
    return greatest(upto, from_xid);
end
$$;
comment on function stats.prune(xid8, xid8) is
    'Delete some ten thousand deltas that every reader finds in the counters; gives the id below which all are gone.';

-- Not a trigger on stats.delta that fires for each 4096th row: each appending statement would parse its condition
-- again, which costs a sixth of all counting.
create unlogged table if not exists stats.fold_due (xid xid8 not null default pg_current_xact_id());
comment on table stats.fold_due is 'A transaction that is to fold at its commit; nobody else ever sees its row.';

create or replace function stats.fold_at_commit() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- At a stricter isolation level the lock could fail the writer; a later one will fold. Once is enough for
    -- a transaction of a million statements, whose own deltas stay pending anyway.
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted')
        and not exists (select from stats.fold_due where xid = pg_current_xact_id())
    then
        insert into stats.fold_due default values;
    end if;
end
$$;
comment on function stats.fold_at_commit() is 'Have the writer''s transaction fold when it commits, never waiting.';

create or replace function stats.fold_due__inserted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    delete from stats.fold_due where xid = new.xid;
    perform stats.fold();
    return null;
end
$$;
comment on function stats.fold_due__inserted() is 'Fold at the end of the transaction whose turn it was.';

select install.make_trigger('stats.fold_due', 'fold_now_and_then', 'after insert',
    'deferrable initially deferred for each row execute function stats.fold_due__inserted()', fires => 'A');
