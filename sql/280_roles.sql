-- Roles: what the web application and import scripts may do. NOLOGIN, to be granted to login roles.
--
-- Always holds: a script moves the numbers only by changing rows; it reads them only through stats.current. Neither a script
-- nor the web may write what is generated, what triggers write, or who wrote a row and when.
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

-- What the clinic's own files made. An older cluster lets the public create tables and functions in the schema public, too.
revoke all on all functions in schema ledger from public;
revoke execute on function public.patient_by_ref(text) from public;
revoke create on schema public from public;

select stats.grant_serving('clinic_app');
select stats.grant_writing('clinic_import');

grant usage on schema public, search to clinic_app, clinic_import;
-- Generated columns call these with the rights of who writes, and a search calls them itself.
grant execute on all functions in schema search to clinic_app, clinic_import;
revoke execute on function search.refold(), search.folding() from clinic_app, clinic_import;
grant execute on function public.patient_by_ref(text) to clinic_app, clinic_import;

grant select, insert, update, delete on all tables in schema public to clinic_app;
grant select, delete on
    patient, practitioner, service, booking, medical_record, bill, payment, inventory_item to clinic_import;
grant select on stock_movement, patient_reference to clinic_import;
do $install$
declare
    imported constant text[] := '{patient, practitioner, service, booking, medical_record, bill, payment, inventory_item}';
    given record;
begin
    -- A trigger that wrote over what an INSERT says would have COPY go row by row; a right costs nothing.
    for given in
        select c.oid::regclass as relation, changes.writable(c.oid, apart => '{amount_paid}') as columns,
               case when c.relname = any (imported) then 'clinic_app, clinic_import' else 'clinic_app' end as roles
          from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
           and exists (select from pg_attrdef d where d.adrelid = c.oid and pg_get_expr(d.adbin, d.adrelid) = 'changes.actor()')
    loop
        execute format('revoke insert, update on %s from %s', given.relation, given.roles);
        execute format('grant insert (%1$s), update (%1$s) on %2$s to %3$s', given.columns, given.relation, given.roles);
    end loop;
end
$install$;
revoke insert, update, delete on stock_movement from clinic_app;
revoke update, delete on day_close, day_close_line, sign_in_event from clinic_app;
