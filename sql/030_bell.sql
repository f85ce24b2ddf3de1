-- The bell: NOTIFY only when somebody is asleep, because a notifying commit takes a cluster-wide lock.
--
-- Always holds: no committed delta stays unseen while the relay sleeps.
-- Race it survives: a writer that read "awake" appended its delta, and so got its transaction id,
-- before the relay went to sleep; the relay sleeps only when no transaction older than its own
-- sleeping mark is running. A sequence is used because its value is the same in every snapshot.
-- Order: after the store. The only file that notifies.

create sequence if not exists stats.bell minvalue 0 maxvalue 1 start 0;
comment on sequence stats.bell is '1: somebody sleeps and wants to be woken. 0: somebody is awake and looks anyway.';

create or replace function stats.ring() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- A prepared transaction may not notify: such a session sets clinic.ring to off,
    -- and the relay's slow safety read finds its changes.
    if (select last_value from stats.bell) = 1
        and coalesce(current_setting('clinic.ring', true), '') <> 'off'
    then
        notify stats_bell;
    end if;
end
$$;
comment on function stats.ring() is 'Wake the relay if it sleeps. Call after appending to stats.delta, never before.';

create or replace function stats.wake_up() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ select setval('stats.bell', 0) $$;
comment on function stats.wake_up() is 'The relay is awake: writers need not ring.';

create or replace function stats.fall_asleep() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ select setval('stats.bell', 1) $$;
comment on function stats.fall_asleep() is
    'Ask writers to ring. Take a transaction id after this returns, and look until every older one has ended.';
