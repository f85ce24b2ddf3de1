-- The stock ledger: every change of an item's quantity, from anywhere, leaves a stock_movement.
--
-- Always holds: inventory_item.quantity = sum(stock_movement.change), also after bulk statements, upserts and TRUNCATE;
-- a reason that only adds or only takes stands at no change of the other sign.
-- Race it survives: two updates of one item; each statement's own old and new row give its own change.
-- Order: after what all ledgers share. A session may say why in clinic.stock_reason and clinic.stock_note.

create or replace function ledger.reason(usual text) returns text
    language sql stable
    return case when coalesce(current_setting('clinic.stock_reason', true), '') = '' then usual
                else coalesce(nullif(changes.one_line(current_setting('clinic.stock_reason', true), 100), ''), usual) end;
comment on function ledger.reason(text) is 'Why stock changes: what the session says, in a line of 100 letters, or the usual word.';

create or replace function ledger.note() returns text
    language sql stable return changes.one_line(coalesce(current_setting('clinic.stock_note', true), ''), 500);
comment on function ledger.note() is 'The session''s remark on stock changes, in a line of 500 letters.';

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

select ledger.follow('inventory_item', 'insert', 'Open the ledger of new items with what they hold.', $$
    declare
        why constant text := ledger.reason('opening');
        wrong record;
    begin
        if ledger.sign_of(why) < 0 then
            select id, quantity into wrong from new_rows where quantity > 0 order by id limit 1;
            if found then
                perform ledger.refuse_wrong_sign(why, wrong.id, wrong.quantity);
            end if;
        end if;
        insert into public.stock_movement (item_id, change, reason, note, source)
        select id, quantity, why, ledger.note(), changes.actor()
          from new_rows where quantity <> 0;
    end;
$$);
select ledger.follow('inventory_item', 'update', 'Note each item whose quantity changed, and by how much.', $$
    declare
        why constant text := ledger.reason('adjustment');
        wrong record;
    begin
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
    end;
$$);
select ledger.follow('stock_movement', 'truncate', 'Open the ledger again when all movements went at once.', $$
    perform ledger.refuse_old_snapshot('stock_movement', 'inventory_item', 'items');
    insert into public.stock_movement (item_id, change, reason, note, source)
    select id, quantity, 'opening', 'the ledger was truncated', changes.actor()
      from public.inventory_item where quantity <> 0;
$$);

create or replace function ledger.balance_item(item bigint) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform from public.inventory_item where id = item for no key update;
    insert into public.stock_movement (item_id, change, reason, note, source)
    select i.id, i.quantity - coalesce(sum(m.change), 0), 'check-up', 'changed past the ledger', changes.actor()
      from public.inventory_item i left join public.stock_movement m on m.item_id = i.id
     where i.id = item
     group by i.id, i.quantity
    having i.quantity <> coalesce(sum(m.change), 0);
end
$$;
comment on function ledger.balance_item(bigint) is 'Note what an item''s ledger lacks, under the item''s lock.';

select ledger.keep('stock_movement', holder => 'inventory_item', total => 'quantity',
                   entries => 'stock_movement', holder_id => 'item_id', amount => 'change', mend => 'ledger.balance_item($1)');
-- Moving stock alone is no change of the item; generated columns are not computed yet when the trigger fires.
select changes.stamp('inventory_item', apart => '{quantity,stock_status,search_text}');

create or replace function ledger.stock_movement__guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    raise check_violation using table = 'stock_movement', schema = 'public', constraint = 'stock_movement_is_written_by_triggers',
        message = 'stock_movement follows inventory_item.quantity and cannot be written',
        hint = 'Update inventory_item.quantity; say why with: set clinic.stock_reason = ''delivery''.';
end
$$;
comment on function ledger.stock_movement__guarded() is 'Refuse movements written by hand.';

-- Against hands, not against a restore or a replica: silent in replica role.
select install.make_trigger('public.stock_movement', 'guard_written', 'before insert or delete or update',
    'for each statement when (((pg_trigger_depth() = 0) or (not has_schema_privilege(''ledger''::text, ''create''::text))))
     execute function ledger.stock_movement__guarded()');
