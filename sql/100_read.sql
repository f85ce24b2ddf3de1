-- Reading: the numbers in the reader's own snapshot, from a few rows.
--
-- Always holds: stats.current equals a recount of the rows that the same snapshot shows, whether or
-- not anybody folds; a TRUNCATE voids counters and deltas before it. As PostgreSQL documents, a
-- TRUNCATE empties the table even for snapshots older than itself; the numbers stay with the snapshot.
-- What a look says moved, added to the numbers of the look before, is what stats.current shows in the look's snapshot.
-- Race it survives: folds, rebuilds and writers at any moment of a long read.
-- Order: after what is pending.

create or replace function stats.totals() returns setof stats.total
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
as $$
begin
    return query
    with recursive newest (t) as (
        (select o from stats.total o order by o.subject desc, o.state desc, o.version desc limit 1)
        union all
        select (select o from stats.total o where (o.subject, o.state) < ((n.t).subject, (n.t).state)
                 order by o.subject desc, o.state desc, o.version desc limit 1)
          from newest n where n.t is not null
    )
    select (n.t).* from newest n where n.t is not null;
end
$$;
comment on function stats.totals() is 'The rows of stats.total, each found without meeting its dead versions.';

create or replace function stats.counters_of(of_subject text, of_day date) returns setof stats.counter
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
as $$
begin
    return query
    with recursive newest (c) as (
        (select o from stats.counter o where o.subject = of_subject and o.day = of_day
          order by o.state desc, o.version desc limit 1)
        union all
        select (select o from stats.counter o where o.subject = of_subject and o.day = of_day and o.state < (n.c).state
                 order by o.state desc, o.version desc limit 1)
          from newest n where n.c is not null
    )
    select (n.c).* from newest n where n.c is not null;
end
$$;
comment on function stats.counters_of(text, date) is 'One day''s rows of stats.counter, each found without meeting its dead versions.';

create or replace function stats.measured(measure text, n numeric, billed numeric, paid numeric) returns numeric
    language sql immutable parallel safe
    return case measure when 'n' then n when 'billed' then billed when 'paid' then paid else billed - paid end;
comment on function stats.measured(text, numeric, numeric, numeric) is 'What a metric takes of a sum.';

create or replace function stats.read() returns table (key text, value numeric)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan -- planning would take longer than reading
as $$
begin
    return query
    with moved as materialized (
        select p.subject, p.state, d.is_today, sum(p.n) as n, sum(p.billed) as billed, sum(p.paid) as paid,
               bool_or(p.is_reset) as is_reset
          from stats.pending((stats.own_fold()).snapshot) p
               cross join (values (false), (true)) as d (is_today)
         where not d.is_today or p.day = clock.today()
         group by 1, 2, 3
    ), kept as (
        select t.subject, t.state, false as is_today, t.n, t.billed, t.paid from stats.totals() t
        union all
        select c.subject, c.state, true, c.n, c.billed, c.paid
          from (select distinct m.subject from stats.metric m where m.is_today) as of_today
               cross join lateral stats.counters_of(of_today.subject, clock.today()) c
    ), fact as (
        select * from kept where kept.subject not in (select v.subject from moved v where v.is_reset)
        union all
        select v.subject, v.state, v.is_today, v.n, v.billed, v.paid from moved v
    )
    select m.key,
           round(coalesce(sum(stats.measured(m.measure, f.n, f.billed, f.paid)), 0), case m.measure when 'n' then 0 else 2 end)
      from stats.metric m
           left join fact f on f.subject = m.subject and f.is_today = m.is_today
                           and (m.states is null or f.state = any (m.states))
     group by m.key, m.measure, m.position
     order by m.position;
end
$$;
comment on function stats.read() is 'The metrics, exact in the caller''s snapshot; what stats.current shows.';

select install.make_view('stats.current', 'select key, value from stats.read()');
comment on view stats.current is 'The metrics, exact in the reader''s own snapshot.';

create or replace function stats.look(seen text, of_day date default null) returns table (
    metrics jsonb, is_whole boolean, topics text[], appended bigint, snapshot text, oldest_running xid8,
    made_at timestamptz, today date, day_ends_in double precision
)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
as $$
declare
    -- A snapshot tells nothing of the changes of its own transaction.
    can_tell constant boolean := pg_current_xact_id_if_assigned() is null
        and pg_snapshot_xmin(seen::pg_snapshot) >= (stats.own_fold()).pruned_below;
begin
    return query
    with news as materialized (
        select d.subject, d.state, d.day, sum(d.n) as n, sum(d.billed) as billed, sum(d.paid) as paid,
               count(*) as deltas, bool_or(d.is_reset or d.op = 'recount') as is_replaced
          from stats.deltas_since(seen::pg_snapshot) d
         where can_tell
         group by 1, 2, 3
    ), told as (
        select array_agg(distinct c.subject) as subjects, coalesce(sum(c.deltas), 0)::bigint as deltas,
               not can_tell or of_day is distinct from clock.today() or coalesce(bool_or(c.is_replaced), false) as is_whole
          from news c
    ), moved as (
        select m.key, round(sum(stats.measured(m.measure, c.n, c.billed, c.paid)),
                            case m.measure when 'n' then 0 else 2 end) as by
          from news c
               join stats.metric m on m.subject = c.subject and (m.states is null or c.state = any (m.states))
                                  and (not m.is_today or c.day = clock.today())
         group by m.key, m.measure
    )
    select case when t.is_whole then (select jsonb_object_agg(r.key, r.value::text) from stats.read() r)
                else (select coalesce(jsonb_object_agg(v.key, v.by::text) filter (where v.by <> 0), '{}') from moved v) end,
           t.is_whole,
           case when can_tell then coalesce(t.subjects, '{}')
                else (select array_agg(w.subject) || array['day'] from (select subject from stats.tracked union select subject from stats.watched) w) end,
           t.deltas,
           pg_current_snapshot()::text,
           pg_snapshot_xmin(pg_current_snapshot()),
           clock_timestamp(),
           clock.today(),
           extract(epoch from clock.day_ends_at() - clock.now())::double precision
      from told t;
end
$$;
comment on function stats.look(text, date) is
    'One look of the relay: which subjects changed since the given snapshot, by how much the numbers moved, who still runs.';
