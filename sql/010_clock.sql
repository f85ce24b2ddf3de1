-- The clinic's clock: one answer to "which day is it", whatever the session's time zone.
--
-- Always holds: clock.today() is the date in the clinic's time zone, given at installation.
-- Order: early, because column defaults (made by migrations) call these functions.
-- A session of the owner may set clock.now to see another moment; it moves that session's view only. To anybody else it would
-- give other days to new rows than those on which they were written.

create or replace function clock.set_now() returns timestamptz
    language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
begin
    if not has_schema_privilege(session_user, 'clock', 'create') then
        raise insufficient_privilege using
            message = format('clock.now is set, and "%s" may not set the clock', session_user),
            hint = 'Run: reset clock.now; give rows that belong to another day their dates. Only the owner of the tables sets the clock.';
    end if;
    return current_setting('clock.now')::timestamptz;
end
$$;
comment on function clock.set_now() is 'The moment that the setting clock.now tells, for a session of the owner.';

create or replace function clock.now() returns timestamptz
    language sql stable parallel safe
    return case when coalesce(current_setting('clock.now', true), '') = '' then pg_catalog.now() else clock.set_now() end;
comment on function clock.now() is 'The present moment; the setting clock.now overrides it for one session of the owner.';

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
