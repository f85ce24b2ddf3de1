-- The bell: NOTIFY only when somebody is asleep, because a notifying commit takes a cluster-wide lock.
--
-- Always holds: no committed delta stays unseen while the relay sleeps.
-- Race it survives: a writer that read "awake" appended its delta, and so got its transaction id,
-- before the relay went to sleep; the relay sleeps only when no transaction older than its own
-- sleeping mark is running. A sequence is used because its value is the same in every snapshot.
-- Likewise a writer that rings for nobody, because nobody led after it had appended: a new leader waits for it.
-- Order: after the store. The only file that notifies.

create sequence if not exists stats.bell minvalue 0 maxvalue 2 start 0;
comment on sequence stats.bell is
    '1: somebody sleeps and wants to be woken. 0: somebody is awake and looks anyway. 2: as 1, and a writer that may not ring deferred it.';

create or replace function stats.is_led() returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    -- The leader holds the advisory lock 0x57A75. Taken for a moment, shared, it shows that nobody does, at a
    -- hundredth of the price of pg_locks, which stops all who lock. In one expression, which nothing can interrupt in between.
    if (case when pg_try_advisory_lock_shared(359029) then pg_advisory_unlock_shared(359029) else false end) then
        -- A session's own lock is in nobody's way, so a leader that changes rows itself has to be told apart.
        return exists (select from pg_listening_channels() as channel where channel = 'stats_bell');
    end if;
    return true;
end
$$;
comment on function stats.is_led() is 'Some relay leads, and so may sleep; or this session listens to the bell itself.';

create or replace function stats.ring() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('clinic.ring', true), '') <> 'off' then
        -- After a crash the bell stays set: then every commit would take the cluster-wide lock for nobody. Only skip;
        -- a writer never resets the bell, or it would reset that of a leader that has begun and fallen asleep meanwhile.
        if stats.is_led() then
            notify stats_bell;
        end if;
    elsif pg_sequence_last_value('stats.bell') = 1 then
        -- A transaction that is to be prepared may not notify. It defers the ring, which a sleeper reads each ten
        -- seconds; going to sleep again, that one waits for this transaction as for any other.
        perform setval('stats.bell', 2);
    end if;
end
$$;
comment on function stats.ring() is
    'Wake the relay, if one leads. Call if stats.bell is not 0, having looked after appending to stats.delta and never before.';

create or replace function stats.wake_up() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ select setval('stats.bell', 0) $$;
comment on function stats.wake_up() is 'The relay is awake: writers need not ring.';

create or replace function stats.fall_asleep() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ select setval('stats.bell', 1) $$;
comment on function stats.fall_asleep() is
    'Ask writers to ring. Take a transaction id after this returns, and look until every older one has ended.';

create or replace function stats.is_ring_deferred() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select last_value = 2 from stats.bell $$;
comment on function stats.is_ring_deferred() is 'A writer that may not ring has changed rows since the relay fell asleep.';

create or replace function stats.echo(word text) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ select pg_notify('stats_echo', word) $$;
comment on function stats.echo(text) is 'Announce a word, by which a relay finds out whether its connection hears anything.';

create table if not exists stats.unannounced (
    id bigint generated always as identity primary key,
    made_at timestamptz not null default clock_timestamp(),
    topics text[] not null
);
comment on table stats.unannounced is
    'Changes that only the relay''s safety read found; a row here means that the bell failed, or that somebody disabled it.';

create or replace function stats.note_unannounced(topics text[]) returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$ insert into stats.unannounced (topics) values (topics) $$;
comment on function stats.note_unannounced(text[]) is 'Note a change that no bell announced.';
