-- Pending: what the counters do not include yet, in the snapshot of the one who asks.
--
-- Always holds: the counters at a mark, and what is pending since it, are the rows that the caller's snapshot shows. A
-- TRUNCATE voids every counter and delta of its table before it, by their ids. Folds, reads and recounts ask here alone.
-- Race it survives: transactions that still run at the mark or now, the caller's own transaction, and snapshots older than the mark.
-- Order: after the store; before all that reads or folds.

create or replace function stats.last_fold() returns setof stats.folded
    language plpgsql stable rows 1 security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
as $$
begin
    return query select f.* from stats.folded f order by f.version desc limit 1;
end
$$;
comment on function stats.last_fold() is 'The one row of stats.folded that the caller sees, found without meeting its dead versions.';

create or replace function stats.is_foreign(f stats.folded) returns boolean
    language sql
    -- A dump restored into another cluster brings transaction ids that mean something else there.
    return f.server <> (pg_control_system()).system_identifier or pg_snapshot_xmax(f.snapshot) > pg_snapshot_xmax(pg_current_snapshot());
comment on function stats.is_foreign(stats.folded) is
    'What was folded was folded by another server; not marked as stable, or no query would take it in.';

create or replace function stats.is_restored() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from stats.last_fold() f where stats.is_foreign(f));
end
$$;
comment on function stats.is_restored() is 'The counters were kept by another server and await a rebuild on this one.';

create or replace function stats.own_fold() returns stats.folded
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
as $$
declare
    last stats.folded;
begin
    -- As stats.last_fold does, whose call would cost a read more than this.
    select f.* into last from stats.folded f order by f.version desc limit 1;
    if stats.is_foreign(last) then
        raise object_not_in_prerequisite_state using
            message = 'the counters were kept by another server, so they cannot be read on this one',
            hint = 'After restoring a dump run: select stats.rebuild(); a running relay does it by itself.';
    end if;
    return last;
end
$$;
comment on function stats.own_fold() is 'The last fold, or an error rather than what another server kept.';

create or replace function stats.deltas_since(seen pg_snapshot) returns setof stats.delta
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off
as $$
declare
    now_seen constant pg_snapshot := pg_current_snapshot();
    me constant xid8 := pg_current_xact_id_if_assigned();
begin
    -- Index ranges between the transactions that still run: an open import of a million rows is stepped over,
    -- dead deltas lie below, and what came after an old reader's snapshot lies above.
    if pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) and pg_snapshot_xmin(now_seen) = pg_snapshot_xmax(now_seen) and me is null then
        -- Nobody ran at either moment, so that there is one range, and half the work.
        return query select d.* from stats.delta d where d.xid >= pg_snapshot_xmax(seen) and d.xid < pg_snapshot_xmax(now_seen);
        return;
    end if;
    return query
    select d.* from stats.delta d
     where d.xid = any (array((
           select pg_snapshot_xip(seen)
            union select pg_snapshot_xmax(seen) where pg_snapshot_xmax(seen) < pg_snapshot_xmax(now_seen)
            union select me where not pg_visible_in_snapshot(me, seen)) except select pg_snapshot_xip(now_seen)));
    return query
    select d.*
      from (select at as low, lead(at) over (order by at) as high
              from (select pg_snapshot_xmax(seen) union select pg_snapshot_xip(now_seen)
                     union select pg_snapshot_xmax(now_seen) union select me) as edge (at)
             where at between pg_snapshot_xmax(seen) and pg_snapshot_xmax(now_seen)) as gap
           cross join lateral (select * from stats.delta o where o.xid > gap.low and o.xid < gap.high) as d;
end
$$;
comment on function stats.deltas_since(pg_snapshot) is 'The deltas that the caller sees and the given snapshot does not.';

create or replace function stats.pending(mark pg_snapshot, without xid8 default null) returns setof stats.delta
    language sql stable
    -- Neither pinned nor a definer's, so that it becomes a part of the query which asks, and costs no call. Of several
    -- resets of a subject its object keeps the last one; a join would cost more than all else here while there is none.
as $$
    with found as materialized (
        select d.* from stats.deltas_since(mark) d where d.xid is distinct from without
    )
    select f.* from found f
     where f.id >= coalesce(
         ((select jsonb_object_agg(r.subject, r.id order by r.id) from found r where r.is_reset) ->> f.subject)::bigint, 0)
$$;
comment on function stats.pending(pg_snapshot, xid8) is
    'The deltas since a mark that no later TRUNCATE voids; a reset among them voids the counters of its subject.';

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
