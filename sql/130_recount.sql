-- Recounting: what the rows themselves say, compared with the counters or put in their place.
--
-- Always holds: stats.recount is made from the expressions that the triggers use; verify compares in one
-- snapshot; rebuild leaves exact counters while writers go on, without a lock on any table.
-- Race it survives: a TRUNCATE between snapshot and count (rebuild: the reset is still pending and
-- voids what was counted; verify: it holds ACCESS SHARE first), folders (the folded row is locked).
-- Order: after what is pending. What it recounts, stats.recount, is made with the tracked tables.

create or replace function stats.standing() returns table (
    subject text, state text, day date, n bigint, billed numeric, paid numeric
)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with pending as materialized (
        select d.* from stats.pending((select f.snapshot from stats.folded f)) d
    ), kept as (
        select t.subject, t.state, null::date as day, t.n, t.billed, t.paid from stats.total t
        union all
        select c.subject, c.state, c.day, c.n, c.billed, c.paid from stats.counter c
    )
    select k.subject, k.state, k.day, k.n, k.billed, k.paid
      from kept k where k.subject not in (select p.subject from pending p where p.is_reset)
    union all
    select p.subject, p.state, d.day, p.n, p.billed, p.paid
      from pending p cross join lateral (select null::date union select p.day) as d (day)
     where not p.is_reset;
end
$$;
comment on function stats.standing() is
    'What counters and pending deltas say in the caller''s snapshot, to be summed; a day of null is all days.';

create or replace function stats.verify() returns table (key text, kept numeric, recounted numeric)
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.own_fold();
    execute (select string_agg(format('lock table public.%I in access share mode', t.subject), ';') from stats.tracked t);
    return query
    with theirs as (
        select r.subject, r.state, d.day, r.n, r.billed, r.paid
          from stats.recount r cross join lateral (select null::date union select r.day) as d (day)
    ), both_sides as (
        select subject, state, day, measure,
               coalesce(sum(amount) filter (where is_ours), 0) as kept,
               coalesce(sum(amount) filter (where not is_ours), 0) as recounted
          from (select true as is_ours, * from stats.standing() union all select false, * from theirs) as side
               cross join lateral (values ('n', n), ('billed', billed), ('paid', paid)) as m (measure, amount)
         group by 1, 2, 3, 4
    ), per_metric as (
        select m.key, m.position,
               coalesce(sum(b.kept * sign), 0) as kept, coalesce(sum(b.recounted * sign), 0) as recounted
          from stats.metric m
               cross join lateral (
                   select m.measure, 1 where m.measure <> 'balance'
                   union all select 'billed', 1 where m.measure = 'balance'
                   union all select 'paid', -1 where m.measure = 'balance') as part (measure, sign)
               left join both_sides b
                 on b.subject = m.subject and b.measure = part.measure
                and b.day is not distinct from case when m.is_today then clock.today() end
                and (m.states is null or b.state = any (m.states))
         group by m.key, m.position
    )
    select m.key, m.kept, m.recounted from per_metric m where m.kept <> m.recounted
    union all
    select concat_ws(' ', b.subject, nullif(b.state, ''), coalesce(b.day::text, 'all days'), b.measure), b.kept, b.recounted
      from both_sides b
     where b.kept <> b.recounted
     order by 1;
end
$$;
comment on function stats.verify() is
    'Metrics and counters that differ from a recount in one snapshot; no row when all are exact.';

create or replace function stats.tell_of_recount(subjects text[] default null) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into stats.delta (subject, op)
    select t.subject, 'recount' from stats.tracked t where subjects is null or t.subject = any (subjects);
    perform stats.ring();
end
$$;
comment on function stats.tell_of_recount(text[]) is
    'Have the relay read all numbers: no row changed, but they may have, or others are counted now.';

create or replace function stats.rebuild(subjects text[] default null) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    seen pg_snapshot;
    changes stats.counter[];
begin
    perform from stats.folded for update;
    -- A dump's data restored beside what is there brings a second row, and with it a second folder.
    delete from stats.folded where version < (select max(version) from stats.folded);
    if exists (select from stats.delta where xid = pg_current_xact_id() and op <> 'recount') then
        raise exception 'this transaction has changed counted rows, so it cannot rebuild their counters'
            using errcode = 'active_sql_transaction', hint = 'Commit first, then call stats.rebuild() in a transaction of its own.';
    end if;
    if stats.is_restored() then
        subjects := null; -- the other counters mean nothing here either
    end if;
    -- One statement, hence one snapshot for the recount and for the mark.
    with mark as materialized (
        select stats.snapshot_without_me() as snapshot
    ), counted as materialized (
        select r.subject, r.state, d.day, r.n, r.billed, r.paid
          from stats.recount r cross join lateral (select null::date union select r.day) as d (day)
         where subjects is null or r.subject = any (subjects)
        union all
        select * from stats.standing() s where s.subject <> all (subjects)
        union all select c.subject, c.state, c.day, 0, 0, 0 from stats.counter c
        union all select t.subject, t.state, null, 0, 0, 0 from stats.total t
    ), summed as materialized (
        select c.subject, c.state, c.day, sum(c.n) as n, sum(c.billed) as billed, sum(c.paid) as paid
          from counted c group by 1, 2, 3
    ), foreign_deltas as (
        -- Seen, yet by its id not ended: a restored dump brought it from another server.
        delete from stats.delta using mark where not pg_visible_in_snapshot(xid, mark.snapshot)
    )
    select mark.snapshot, array(select row(subject, day, state, n, billed, paid, 0)::stats.counter from summed)
      into seen, changes from mark;
    perform stats.apply_to_counters(changes, array(select distinct c.subject from unnest(changes) c));
    update stats.folded
       set snapshot = seen, pruned_below = least(pruned_below, pg_snapshot_xmin(seen)), server = stats.server(),
           -- What was not logged yet stays to be logged; another server's mark tells nothing of it.
           logged = case when stats.is_restored() then '1:1:' else logged end,
           folded_at = clock_timestamp(), version = version + 1;
    perform stats.tell_of_recount(subjects);
end
$$;
comment on function stats.rebuild(text[]) is
    'Replace the counters of some subjects (all by default) by a recount, exactly, while writers go on.';
