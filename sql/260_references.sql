-- References: a patient who was merged into another one does not come back with the next import.
--
-- Always holds: a reference that stands in patient_reference is no living patient's, except of one that a transaction
-- has just inserted, and that transaction's commit gives everything of that one to the patient of the reference.
-- So a script that knows nothing of merges upserts as ever, and may look up and use the id until it commits.
-- Race it survives: an upsert waits for the row that a merge deletes, and then inserts it again. The trigger looks after
-- the statement, when the merge is committed. (An older snapshot, REPEATABLE READ, fails as it would without a merge.)
-- Order: beside the other guards. They are against hands, not against a restore or a replica.

create or replace function public.patient_by_ref(ref text) returns setof public.patient
    language sql stable parallel safe rows 1
as $$ -- a text, so that the table may get another column
    select p.* from public.patient p where p.external_ref = ref
    union all
    select p.* from public.patient_reference r join public.patient p on p.id = r.patient_id
     where r.external_ref = ref and not exists (select from public.patient q where q.external_ref = ref)
$$;
comment on function public.patient_by_ref(text) is
    'The patient who bears a reference, or bore it as another patient before a merge; none if nobody does.';

-- Arrivals are few: only they are queued, so that a bulk insert pays for one look and not for a trigger of each row.
create table if not exists ledger.returned_patient (
    id bigint primary key,
    kept_id bigint not null
);
comment on table ledger.returned_patient is 'Patients of a former reference, inserted by this transaction; empty outside of any.';

-- A plan made for one row is kept for many: it must ask the index for each, however small the table is.
create or replace function ledger.patient__inserted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
as $$
declare
    said text;
    other record;
begin
    perform from new_rows n join public.patient_reference r on r.external_ref = n.external_ref limit 1;
    if not found then
        return null;
    end if;
    -- Somebody else: not born on the kept one's day, and named neither as that one nor as any who was merged into it.
    select n.external_ref, p.id into other
      from new_rows n
      join public.patient_reference r on r.external_ref = n.external_ref
      join public.patient p on p.id = r.patient_id and p.id <> n.id
     where n.birth_date <> p.birth_date and p.last_name <> ''
       and search.words(n.last_name) not in ('', search.words(p.last_name))
       and not exists (select from public.patient_merge m
                        where m.kept_id = p.id
                          and search.words(m.merged_name) = search.words(n.first_name || ' ' || n.last_name))
     order by n.id
     limit 1;
    if found then
        raise unique_violation using
            table = 'patient', schema = 'public', constraint = 'patient_external_ref_is_not_a_merged_ones',
            message = format('the reference %s belongs to patient %s since a merge, who has another last name and birth date'
                             ' (patient_external_ref_is_not_a_merged_ones)', other.external_ref, other.id),
            hint = 'If it is a new person''s now, delete its row of patient_reference first; if not, correct name or birth date.';
    end if;
    with arrived as (
        insert into ledger.returned_patient (id, kept_id)
        select n.id, p.id
          from new_rows n
          join public.patient_reference r on r.external_ref = n.external_ref
          join public.patient p on p.id = r.patient_id and p.id <> n.id
        returning id, kept_id
    )
    select string_agg(format('%s of patient %s', n.external_ref, a.kept_id), ', ') into said
      from arrived a join new_rows n on n.id = a.id;
    if said is not null then
        raise notice using
            message = left(format('references of patients that were merged: %s', said), 1000),
            hint = 'What refers to these rows goes to the kept patients at commit. Look patients up by patient_by_ref(reference).';
    end if;
    return null;
end
$$;
comment on function ledger.patient__inserted() is 'Queue the patients that come back under a reference of a merged one.';

create or replace function ledger.returned_patient__queued() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    referring record;
begin
    delete from ledger.returned_patient where id = new.id;
    perform from public.patient where id = new.kept_id for key share;
    if not found then
        return null;
    end if;
    for referring in
        select c.conrelid::regclass as relation, a.attname as name
          from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.confrelid = 'public.patient'::regclass
    loop
        execute format('update %s set %I = $1 where %2$I = $2', referring.relation, referring.name)
            using new.kept_id, new.id;
    end loop;
    delete from public.patient where id = new.id;
    return null;
end
$$;
comment on function ledger.returned_patient__queued() is
    'Give everything of a patient that came back to the kept one, and delete the first.';

create or replace function ledger.patient__renamed() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    kept bigint;
begin
    select p.id into kept from public.patient_reference r join public.patient p on p.id = r.patient_id
     where r.external_ref = new.external_ref and p.id <> new.id;
    if found then
        raise unique_violation using
            table = 'patient', schema = 'public', constraint = 'patient_external_ref_is_not_a_merged_ones',
            message = format('the reference %s belongs to patient %s since a merge (patient_external_ref_is_not_a_merged_ones)',
                             new.external_ref, kept),
            hint = format('Find that patient by patient_by_ref(%L), or delete the row of patient_reference first.', new.external_ref);
    end if;
    return new;
end
$$;
comment on function ledger.patient__renamed() is 'Refuse to give a patient the former reference of another one.';

create or replace function ledger.patient__truncated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    delete from public.patient_reference;
    return null;
end
$$;
comment on function ledger.patient__truncated() is 'Forget former references when all patients go, for their numbers may be given again.';

select install.make_trigger('public.patient', 'guard_merged', 'after insert',
    'referencing new table as new_rows for each statement execute function ledger.patient__inserted()');
select install.make_trigger('public.patient', 'guard_reference', 'before update of external_ref',
    'for each row when ((new.external_ref is distinct from old.external_ref)) execute function ledger.patient__renamed()');
select install.make_trigger('public.patient', 'guard_references_truncated', 'after truncate',
    'for each statement execute function ledger.patient__truncated()');
select install.make_trigger('ledger.returned_patient', 'remerge', 'after insert',
    'deferrable initially deferred for each row execute function ledger.returned_patient__queued()');
