-- The clinic's clock: one answer to "which day is it", whatever the session's time zone.
--
-- Always holds: clock.today() is the date in the clinic's time zone, given at installation.
-- Order: early, because column defaults (made by migrations) call these functions.
-- A session may set clock.now to see another moment; it moves that session's view only.

create or replace function clock.now() returns timestamptz
    language sql stable parallel safe
    return coalesce(nullif(current_setting('clock.now', true), '')::timestamptz, pg_catalog.now());
comment on function clock.now() is 'The present moment; the setting clock.now overrides it for one session.';

do $install$
begin
    execute format(
        'create or replace function clock.time_zone() returns text
             language sql immutable parallel safe return %L::text',
        current_setting('clinic.time_zone')
    );
end
$install$;
comment on function clock.time_zone() is 'The clinic''s time zone, an IANA name.';

create or replace function clock.today() returns date
    language sql stable parallel safe
    return (clock.now() at time zone clock.time_zone())::date;
comment on function clock.today() is 'The date in the clinic''s time zone.';

create or replace function clock.midnight() returns timestamptz
    language sql stable parallel safe
    return (clock.today() + 1)::timestamp at time zone clock.time_zone();
comment on function clock.midnight() is 'The midnight that ends the clinic''s day, the second one where the clock goes back to it.';

create or replace function clock.day_ends_at() returns timestamptz
    language sql stable parallel safe
    -- Where the clock goes back to midnight, that comes twice, and the first ends the day.
    return clock.midnight() - case
        when ((clock.midnight() - interval '1 hour') at time zone clock.time_zone())::date > clock.today()
        then interval '1 hour' else interval '0' end;
comment on function clock.day_ends_at() is
    'When clock.today() changes next; where a clock change skips midnight, the moment it is skipped.';

grant usage on schema clock to public;
