-- Roles: what the web application and import scripts may do. NOLOGIN, to be granted to login roles.
--
-- Always holds: a script moves the numbers only by changing rows; it reads them only through stats.current.
-- Race it survives: two databases of one cluster installed at once create the same roles.
-- Order: last, because it grants on everything before it.

do $install$
declare
    wanted text;
begin
    foreach wanted in array array['clinic_app', 'clinic_import'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
        raise insufficient_privilege using
            message = 'the roles clinic_app and clinic_import do not exist and this user may not create them',
            hint = 'Let an administrator run: create role clinic_app nologin; create role clinic_import nologin;';
end
$install$;

revoke all on schema stats, ledger from public;
revoke all on all tables in schema stats from public;
revoke all on all functions in schema stats, ledger from public;

revoke execute on function changes.forget_deletions() from public;

-- stats.current runs this with its caller's rights; it gives the numbers and nothing else.
grant execute on function stats.read() to public;
grant usage on schema stats to clinic_app, clinic_import;
grant usage on schema ledger to clinic_app;
grant select on stats.current to clinic_app, clinic_import;

grant usage on schema public to clinic_app, clinic_import;
grant select, insert, update, delete on all tables in schema public to clinic_app;
revoke insert, update, delete on stock_movement from clinic_app;
revoke update, delete on day_close, day_close_line from clinic_app;
grant select on all tables in schema stats to clinic_app;
grant execute on function
    stats.look(text, date), stats.daily(text[], date, date), stats.trends(date, date), stats.open_day(), stats.last_fold(),
    stats.deltas_since(pg_snapshot), stats.fold(), stats.verify(), stats.rebuild(text[]),
    stats.wake_up(), stats.fall_asleep(), stats.is_ring_deferred(), stats.note_unannounced(text[]), stats.echo(text),
    stats.make_check_up(), stats.enable_triggers(), stats.trigger_marks(), stats.triggers_off(), ledger.mismatches(),
    stats.read_activity(text[], integer, timestamptz)
    to clinic_app;
grant select on stats.bell to clinic_app;
grant select on changes.deletion to clinic_app;
grant execute on function changes.forget_deletions() to clinic_app;

grant select, insert, update, delete on
    patient, practitioner, service, booking, medical_record, payment to clinic_import;
grant select on bill, inventory_item, stock_movement, patient_reference to clinic_import;
revoke execute on function public.patient_by_ref(text) from public;
grant execute on function public.patient_by_ref(text) to clinic_app, clinic_import;
grant delete on bill, inventory_item to clinic_import;
do $install$
declare
    writable text;
    relation text;
begin
    foreach relation in array array['bill', 'inventory_item'] loop
        select string_agg(quote_ident(attname), ', ') into writable
          from pg_attribute
         where attrelid = format('public.%I', relation)::regclass and attnum > 0 and not attisdropped
           and attgenerated = '' and attname <> 'amount_paid';
        execute format('grant insert (%1$s), update (%1$s) on public.%2$I to clinic_import', writable, relation);
    end loop;
end
$install$;
