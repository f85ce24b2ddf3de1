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

-- Of these ledgers' own functions, too.
revoke all on all functions in schema ledger from public;

select stats.grant_serving('clinic_app');
select stats.grant_reading('clinic_import');

grant usage on schema public to clinic_app, clinic_import;
grant select, insert, update, delete on all tables in schema public to clinic_app;
revoke insert, update, delete on stock_movement from clinic_app;
revoke update, delete on day_close, day_close_line from clinic_app;

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
