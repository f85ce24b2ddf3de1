-- The stock ledger: every change of an item's quantity, from anywhere, leaves a stock_movement.
--
-- Always holds: inventory_item.quantity = sum(stock_movement.change), also after bulk statements, upserts and TRUNCATE;
-- a reason that only adds or only takes stands at no change of the other sign.
-- Race it survives: two updates of one item; each statement's own old and new row give its own change.
-- Order: beside the payment ledger. A session may say why in clinic.stock_reason and clinic.stock_note.

create or replace function ledger.reason(usual text) returns text
    language sql stable
    return coalesce(nullif(current_setting('clinic.stock_reason', true), ''), usual);
comment on function ledger.reason(text) is 'Why stock changes: what the session says, or the usual word.';

create or replace function ledger.note() returns text
    language sql stable return coalesce(current_setting('clinic.stock_note', true), '');
comment on function ledger.note() is 'The session''s remark on stock changes.';

create or replace function ledger.sign_of(reason text) returns integer
    language sql immutable
    return case when reason in ('opening', 'delivery', 'returned', 'found') then 1
                when reason in ('dispensed', 'used', 'damaged', 'expired', 'lost') then -1
                else 0 end;
comment on function ledger.sign_of(text) is 'Whether a reason only adds to stock (1), only takes from it (-1), or goes both ways (0).';

create or replace function ledger.refuse_wrong_sign(reason text, item bigint, change integer) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise check_violation using table = 'stock_movement', schema = 'public', constraint = 'stock_movement_has_the_sign_of_its_reason',
        message = format('"%s" %s stock, so it cannot change item %s by %s', reason,
                         case ledger.sign_of(reason) when 1 then 'adds to' else 'takes from' end,
                         item, to_char(change, 'FMSG9999999999')),
        hint = 'opening, delivery, returned and found add; dispensed, used, damaged, expired and lost take;'
            ' counted, adjustment and words of your own go both ways. Set clinic.stock_reason to one that fits.';
end
$$;
comment on function ledger.refuse_wrong_sign(text, bigint, integer) is 'Raise the violation of stock that moves against its reason.';

create or replace function ledger.inventory_item__inserted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    why constant text := ledger.reason('opening');
    wrong record;
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return null; -- the publisher's ledger comes along
    end if;
    if ledger.sign_of(why) < 0 then
        select id, quantity into wrong from new_rows where quantity > 0 order by id limit 1;
        if found then
            perform ledger.refuse_wrong_sign(why, wrong.id, wrong.quantity);
        end if;
    end if;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, quantity, why, ledger.note(), changes.actor()
      from new_rows where quantity <> 0;
    return null;
end
$$;
comment on function ledger.inventory_item__inserted() is 'Open the ledger of new items with what they hold.';

create or replace function ledger.inventory_item__updated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    why constant text := ledger.reason('adjustment');
    wrong record;
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return null; -- the publisher's ledger comes along
    end if;
    if ledger.sign_of(why) <> 0 then
        select id, new_rows.quantity - old_rows.quantity as change into wrong
          from new_rows join old_rows using (id)
         where sign(new_rows.quantity - old_rows.quantity) = -ledger.sign_of(why)
         order by id limit 1;
        if found then
            perform ledger.refuse_wrong_sign(why, wrong.id, wrong.change);
        end if;
    end if;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, new_rows.quantity - old_rows.quantity, why, ledger.note(), changes.actor()
      from new_rows join old_rows using (id)
     where new_rows.quantity <> old_rows.quantity;
    return null;
end
$$;
comment on function ledger.inventory_item__updated() is 'Note each item whose quantity changed, and by how much.';

create or replace function ledger.stock_movement__truncated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return null; -- the publisher's ledger comes along
    end if;
    -- Items changed after this transaction's snapshot would be opened with an old quantity, or not at all.
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted')
        and pg_relation_size('public.inventory_item') > 0
    then
        raise feature_not_supported using
            message = 'stock_movement can be truncated only at READ COMMITTED, because later items are invisible to an older snapshot',
            hint = 'Run it at READ COMMITTED, or truncate inventory_item and stock_movement together.';
    end if;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, quantity, 'opening', 'the ledger was truncated', changes.actor()
      from public.inventory_item where quantity <> 0;
    return null;
end
$$;
comment on function ledger.stock_movement__truncated() is 'Open the ledger again when all movements went at once.';

create or replace function ledger.stock_movement__guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if ledger.is_mending() then
        return null;
    end if;
    raise check_violation using table = 'stock_movement', schema = 'public', constraint = 'stock_movement_is_written_by_triggers',
        message = 'stock_movement follows inventory_item.quantity and cannot be written',
        hint = 'Update inventory_item.quantity; say why with: set clinic.stock_reason = ''delivery''.';
end
$$;
comment on function ledger.stock_movement__guarded() is 'Refuse movements written by hand.';

create or replace trigger ledger_inserted after insert on public.inventory_item referencing new table as new_rows
    for each statement execute function ledger.inventory_item__inserted();
create or replace trigger ledger_updated after update on public.inventory_item referencing old table as old_rows new table as new_rows
    for each statement execute function ledger.inventory_item__updated();
create or replace trigger ledger_truncated after truncate on public.stock_movement
    for each statement execute function ledger.stock_movement__truncated();
alter table public.inventory_item enable always trigger ledger_inserted;
alter table public.inventory_item enable always trigger ledger_updated;
alter table public.stock_movement enable always trigger ledger_truncated;
-- Against hands, not against a restore or a replica: silent in replica role.
create or replace trigger guard_written before insert or update or delete on public.stock_movement
    for each statement when (pg_trigger_depth() = 0) execute function ledger.stock_movement__guarded();
create or replace trigger guard_id before update of id on public.inventory_item for each row
    when (new.id <> old.id) execute function ledger.id__guarded();
