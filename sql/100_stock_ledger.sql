-- The stock ledger: every change of an item's quantity, from anywhere, leaves a stock_movement.
--
-- Always holds: inventory_item.quantity = sum(stock_movement.change), also after bulk statements, upserts and TRUNCATE.
-- Race it survives: two updates of one item; each statement's own old and new row give its own change.
-- Order: beside the payment ledger. A session may say why in clinic.stock_reason and clinic.stock_note.

create or replace function ledger.reason(usual text) returns text
    language sql stable
    return coalesce(nullif(current_setting('clinic.stock_reason', true), ''), usual);
comment on function ledger.reason(text) is 'Why stock changes: what the session says, or the usual word.';

create or replace function ledger.note() returns text
    language sql stable return coalesce(current_setting('clinic.stock_note', true), '');
comment on function ledger.note() is 'The session''s remark on stock changes.';

create or replace function ledger.inventory_item__inserted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return null; -- the publisher's ledger comes along
    end if;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, quantity, ledger.reason('opening'), ledger.note(), changes.actor()
      from new_rows where quantity <> 0;
    return null;
end
$$;
comment on function ledger.inventory_item__inserted() is 'Open the ledger of new items with what they hold.';

create or replace function ledger.inventory_item__updated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return null; -- the publisher's ledger comes along
    end if;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, new_rows.quantity - old_rows.quantity, ledger.reason('adjustment'), ledger.note(), changes.actor()
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
comment on function ledger.stock_movement__truncated() is 'Open the ledger anew when all movements went at once.';

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
