-- Openings: the numbers as each of the clinic's days began.
--
-- Always holds: a day has one whole set or none; taken_at says when it was read, which is later than
-- midnight when nobody looked at midnight. A set is never changed.
-- Race it survives: two sessions opening a day (the second waits for the first and finds it done).
-- Writers neither wait nor are waited for: the numbers are read as by any reader.
-- Order: after the series per day, which it completes.

create table if not exists stats.opening (
    day date not null,
    key text not null,
    value numeric not null,
    taken_at timestamptz not null,
    primary key (day, key)
);
comment on table stats.opening is 'The metrics at the first look of each clinic day, for 400 days.';
comment on column stats.opening.taken_at is 'When they were read, by the clinic''s clock.';

create or replace function stats.open_day() returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from stats.opening where day = clock.today()) then
        return false;
    end if;
    insert into stats.opening (day, key, value, taken_at)
    select clock.today(), r.key, r.value, clock.now() from stats.read() r
        on conflict (day, key) do nothing;
    if not found then
        return false;
    end if;
    delete from stats.opening where day < clock.today() - 400;
    -- No row changed, but a day began: let open pages hear of it.
    insert into stats.delta (subject, op) values ('day', 'open');
    perform stats.ring();
    return true;
end
$$;
comment on function stats.open_day() is 'Keep the numbers as the day''s opening unless it has one; tells whether it had none.';

create or replace function stats.trends(first_day date, last_day date) returns table (key text, day date, value numeric)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select m.key, d.day,
           sum(stats.measured(m.measure, d.n, d.billed, d.paid))
      from stats.metric m
           join stats.daily((select array_agg(distinct s.subject) from stats.metric s), first_day, last_day) d
             on d.subject = m.subject and (m.states is null or d.state = any (m.states))
     group by m.key, d.day
    union all
    select o.key, o.day, o.value
      from stats.opening o
           join stats.metric m on m.key = o.key
           join stats.tracked t on t.subject = m.subject and t.day is null
     where o.day between first_day and last_day;
end
$$;
comment on function stats.trends(date, date) is
    'Each metric''s part of each day; for what has no day of its own (the store), its value as that day opened.';
