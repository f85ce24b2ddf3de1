-- Series per day: what the counters hold of each day, for the lines and the charts.
--
-- Always holds: stats.daily equals a count of the rows per state and day that the caller's snapshot shows,
-- pending deltas included; a day without a row is a day of nothing.
-- Race it survives: folds, rebuilds and writers at any moment, as for stats.read.
-- Order: after the read; before the openings, which lend a history to what has no day.

create or replace function stats.daily(subjects text[], first_day date, last_day date) returns table (
    subject text, state text, day date, n numeric, billed numeric, paid numeric
)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with pending as materialized (
        select d.* from stats.deltas_since((stats.own_fold()).snapshot) d where d.subject = any (subjects)
    ), reset as materialized (
        select p.subject, max(p.id) as id from pending p where p.is_reset group by p.subject
    ), fact as (
        select c.subject, c.state, c.day, c.n, c.billed, c.paid
          from stats.counter c
         where c.subject = any (subjects) and c.day between first_day and last_day
           and c.subject not in (select r.subject from reset r)
        union all
        select p.subject, p.state, p.day, p.n, p.billed, p.paid
          from pending p
         where p.day between first_day and last_day
           and not exists (select from reset r where r.subject = p.subject and r.id >= p.id)
    )
    select f.subject, f.state, f.day, sum(f.n), round(sum(f.billed), 2), round(sum(f.paid), 2)
      from fact f
     group by 1, 2, 3
    having sum(f.n) <> 0 or sum(f.billed) <> 0 or sum(f.paid) <> 0;
end
$$;
comment on function stats.daily(text[], date, date) is
    'What some subjects count and sum per state and day, first to last, exact in the caller''s snapshot.';
