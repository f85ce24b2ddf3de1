-- Rights: what the application and import scripts may do with the statistics. The project names its roles.
--
-- Always holds: who was granted to read gets the numbers through stats.current and nothing else; a script moves them only
-- by changing rows. The public may call nothing: PostgreSQL gives it each new function, and a trigger's function that a
-- stranger puts on a table of its own writes with the owner's rights. What makes triggers later takes that right itself.
-- Race it survives: none; the whole installation is one transaction.
-- Order: after everything that it grants.

revoke all on schema stats, ledger, changes, clock, install from public;
revoke all on all tables in schema stats, ledger, changes from public;
revoke all on all functions in schema stats, ledger, changes, clock, install from public;

create or replace function stats.grant_reading(to_role regrole) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('grant usage on schema stats, clock to %s', to_role);
    -- stats.current runs stats.read with its caller's rights; it gives the numbers and nothing else.
    execute format('grant select on stats.current to %s', to_role);
    execute format('grant execute on function stats.read() to %s', to_role);
    execute format('grant execute on all functions in schema clock to %s', to_role);
end
$$;
comment on function stats.grant_reading(regrole) is 'Let a role read the numbers, and which day it is.';

create or replace function stats.grant_writing(to_role regrole) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.grant_reading(to_role);
    execute format('grant usage on schema changes to %s', to_role);
    execute format('grant execute on function changes.actor(), changes.source(), changes.told_actor(), changes.one_line(text, integer) to %s', to_role);
end
$$;
comment on function stats.grant_writing(regrole) is
    'Let a role call what the defaults of columns call; the tables themselves are the project''s to grant.';

create or replace function stats.grant_serving(to_role regrole) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.grant_writing(to_role);
    execute format('grant usage on schema ledger to %s', to_role);
    execute format('grant select on all tables in schema stats to %s', to_role);
    execute format('grant select on stats.bell, changes.deletion to %s', to_role);
    execute format('grant execute on function
        stats.look(text, date), stats.daily(text[], date, date), stats.trends(date, date), stats.open_day(), stats.last_fold(),
        stats.deltas_since(pg_snapshot), stats.fold(), stats.verify(), stats.rebuild(text[]),
        stats.wake_up(), stats.fall_asleep(), stats.is_ring_deferred(), stats.note_unannounced(text[]), stats.echo(text),
        stats.make_check_up(), stats.enable_triggers(), stats.trigger_marks(), stats.triggers_off(), ledger.mismatches(),
        stats.read_activity(text[], integer, timestamptz), changes.forget_deletions(), changes.act_for(text)
        to %s', to_role);
end
$$;
comment on function stats.grant_serving(regrole) is
    'Let a role serve the numbers: read, look, fold, open the day and check up; and act for the people whom it signs in.';
revoke execute on function
    stats.grant_reading(regrole), stats.grant_writing(regrole), stats.grant_serving(regrole) from public;
