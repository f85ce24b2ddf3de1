-- Rights: what the application and import scripts may do with the statistics. The project names its roles.
--
-- Always holds: who was granted to read gets the numbers through stats.current and nothing else; a script moves them only
-- by changing rows. What makes triggers later takes the right to call them from the public itself.
-- Race it survives: none; the whole installation is one transaction.
-- Order: after everything that it grants.

revoke all on schema stats, ledger from public;
revoke all on all tables in schema stats, ledger from public;
revoke all on all functions in schema stats, ledger from public;

-- stats.current runs this with its caller's rights; it gives the numbers and nothing else.
grant execute on function stats.read() to public;

create or replace function stats.grant_reading(to_role regrole) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('grant usage on schema stats to %s', to_role);
    execute format('grant select on stats.current to %s', to_role);
end
$$;
comment on function stats.grant_reading(regrole) is 'Let a role of scripts read the numbers.';

create or replace function stats.grant_serving(to_role regrole) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.grant_reading(to_role);
    execute format('grant usage on schema ledger to %s', to_role);
    execute format('grant select on all tables in schema stats to %s', to_role);
    execute format('grant select on stats.bell, changes.deletion to %s', to_role);
    execute format('grant execute on function
        stats.look(text, date), stats.daily(text[], date, date), stats.trends(date, date), stats.open_day(), stats.last_fold(),
        stats.deltas_since(pg_snapshot), stats.fold(), stats.verify(), stats.rebuild(text[]),
        stats.wake_up(), stats.fall_asleep(), stats.is_ring_deferred(), stats.note_unannounced(text[]), stats.echo(text),
        stats.make_check_up(), stats.enable_triggers(), stats.trigger_marks(), stats.triggers_off(), ledger.mismatches(),
        stats.read_activity(text[], integer, timestamptz), changes.forget_deletions()
        to %s', to_role);
end
$$;
comment on function stats.grant_serving(regrole) is 'Let a role serve the numbers: read, look, fold, open the day and check up.';
revoke execute on function stats.grant_reading(regrole), stats.grant_serving(regrole) from public;
