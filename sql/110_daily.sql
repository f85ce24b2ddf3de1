-- Series per day: what the counters hold of each day, for the lines and the charts.
--
-- Always holds: stats.daily equals a count of the rows per state and day that the caller's snapshot shows,
-- pending deltas included; a day without a row is a day of nothing.
-- Race it survives: folds, rebuilds and writers at any moment, as for stats.read.
-- Order: after the read; before the openings, which lend a history to what has no day.

create or replace function stats.daily(subjects text[], first_day date, last_day date) returns table (
    subject text, state text, day date, n numeric, billed numeric, paid numeric
)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
    -- Planning would take longer than reading, and sorting longer than hashing.
    set plan_cache_mode = force_generic_plan set enable_sort = off
as $$
begin
    return query
    with moved as materialized (
        select p.subject, p.state, p.day, sum(p.n) as n, sum(p.billed) as billed, sum(p.paid) as paid,
               bool_or(p.is_reset) as is_reset
          from stats.pending((stats.own_fold()).snapshot) p
         where p.subject = any (subjects) and (p.is_reset or p.day between first_day and last_day)
         group by 1, 2, 3
    ), fact as (
        select c.subject, c.state, c.day, c.n, c.billed, c.paid
          from stats.counter c
         where c.subject = any (subjects) and c.day between first_day and last_day
           and c.subject not in (select v.subject from moved v where v.is_reset)
        union all
        select v.subject, v.state, v.day, v.n, v.billed, v.paid from moved v where not v.is_reset
    )
    select f.subject, f.state, f.day, sum(f.n), round(sum(f.billed), 2), round(sum(f.paid), 2)
      from fact f
     group by 1, 2, 3
    having sum(f.n) <> 0 or sum(f.billed) <> 0 or sum(f.paid) <> 0;
end
$$;
comment on function stats.daily(text[], date, date) is
    'What some subjects count and sum per state and day, first to last, exact in the caller''s snapshot.';
