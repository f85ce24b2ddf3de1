-- Prescriptions: a record that prescribed something stays, so that no stock vanishes unseen.
--
-- Always holds: every prescription's record exists. Not a foreign key, because a table that one refers to
-- cannot be truncated, and scripts may truncate medical_record while nothing was prescribed.
-- Race it survives: a record deleted while something is prescribed on it. The prescription locks its record as a
-- foreign key would; the deletion waits and then looks. (An older snapshot, REPEATABLE READ, does not see it.)
-- Order: beside the stock ledger. Guards are against hands, not against a restore or a replica.

create or replace function ledger.refuse_lost_prescription(record bigint) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise foreign_key_violation using table = 'prescription', schema = 'public', constraint = 'prescription_record_exists',
        message = format('medical record %s has prescriptions whose items were taken from the store (prescription_record_exists)', record),
        hint = 'Remove its prescriptions first; that returns them to stock.';
end
$$;
comment on function ledger.refuse_lost_prescription(bigint) is 'Raise the violation of a prescription''s record being taken away.';

create or replace function ledger.prescription__guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform from public.medical_record where id = new.record_id for key share;
    if not found then
        raise foreign_key_violation using table = 'prescription', schema = 'public', constraint = 'prescription_record_exists',
            message = format('medical record %s does not exist', new.record_id),
            hint = 'Prescribe on a record that exists.';
    end if;
    return new;
end
$$;
comment on function ledger.prescription__guarded() is 'Refuse a prescription without its record, and hold the record meanwhile.';

create or replace function ledger.medical_record__deleted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    kept bigint;
begin
    select p.record_id into kept from public.prescription p join old_rows r on r.id = p.record_id limit 1;
    if found then
        perform ledger.refuse_lost_prescription(kept);
    end if;
    return null;
end
$$;
comment on function ledger.medical_record__deleted() is 'Refuse to delete records that prescribed something.';

create or replace function ledger.medical_record__truncated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    kept bigint;
begin
    select record_id into kept from public.prescription limit 1;
    if found then
        perform ledger.refuse_lost_prescription(kept);
    end if;
    return null;
end
$$;
comment on function ledger.medical_record__truncated() is 'Refuse to empty the records while something is prescribed.';

select install.make_trigger('public.prescription', 'guard_record', 'before insert or update of record_id',
    'for each row execute function ledger.prescription__guarded()');
select install.make_trigger('public.medical_record', 'guard_prescribed_deleted', 'after delete',
    'referencing old table as old_rows for each statement execute function ledger.medical_record__deleted()');
select install.make_trigger('public.medical_record', 'guard_prescribed_truncated', 'after truncate',
    'for each statement execute function ledger.medical_record__truncated()');
