-- Medicine on bills: what a visit prescribes is on the visit's open bill, no matter who wrote it. The one rule; lines of a bill
-- will take it over.
--
-- Always holds: a prescription bears the price it was given at, and names the bill it is on; that bill's medicine_fee holds
-- quantity * unit_price of it, beside what was written there by hand. Prescribed on a visit whose bill is paid or void, it is
-- on none and waits for people to decide. A void bill stays as it was voided. A TRUNCATE of prescription returns neither
-- stock nor money: it wipes a history.
-- Race it survives: something prescribed while the visit's bill is written. The prescription locks the booking, of which a
-- new bill takes a key share before its trigger looks: one of the two sees the other. (An older snapshot, REPEATABLE READ,
-- does not; what it misses waits.) A payment that settles the bill is waited for at the bill's row, and so is the bill
-- that is being voided. Locks are taken in the order booking, prescription, item, bill, and bills in that of their ids.
-- Order: after what all ledgers share; the bill's own triggers count what it moves.

create or replace function ledger.open_bill_of(visit bigint) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    found_open bigint;
begin
    -- A bill of nothing counts as paid, and takes what comes. One that a discount made free does not.
    select id into found_open from public.bill
     where booking_id = visit and voided_at is null
       and (balance > 0 or service_fee + medicine_fee + other_fee = 0)
       for no key update;
    return found_open;
end
$$;
comment on function ledger.open_bill_of(bigint) is 'The bill of a booking if it is neither paid nor void, locked.';

create or replace function ledger.charge(charged bigint, amount numeric) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    was public.bill;
    fee numeric;
    total numeric;
begin
    select * into was from public.bill where id = charged for no key update;
    if not found or was.voided_at is not null or amount = 0 then
        return;
    end if;
    -- Somebody may have lowered it by hand: no more is taken back than is there.
    fee := round(greatest(was.medicine_fee + amount, 0), 2);
    total := round(was.total_amount - was.medicine_fee + fee, 2);
    if amount < 0 and total < 0 then
        raise check_violation using table = 'prescription', schema = 'public', constraint = 'prescription_under_a_discount_stays',
            message = format('without it the fees on bill %s come to %s, which is less than its discount of %s',
                             was.id, total + round(was.discount, 2), round(was.discount, 2)),
            hint = 'Lower the discount first.';
    elsif amount < 0 and total < was.amount_paid then
        raise check_violation using table = 'prescription', schema = 'public', constraint = 'prescription_that_is_paid_stays',
            message = format('%s is paid on bill %s, whose total without it is %s', round(was.amount_paid, 2), was.id, total),
            hint = format('Refund %s first.', round(was.amount_paid - total, 2));
    end if;
    update public.bill set medicine_fee = fee where id = charged;
end
$$;
comment on function ledger.charge(bigint, numeric) is
    'Put an amount on a bill''s medicine_fee, or take it back as far as the discount and what is paid allow.';

create or replace function ledger.prescription__priced() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    visit bigint;
begin
    if current_setting('session_replication_role') = 'replica' and stats.is_replication_worker() then
        return new; -- the publisher's price and bill come along
    end if;
    if new.unit_price is null then
        select unit_price into new.unit_price from public.inventory_item where id = new.item_id;
    end if;
    if new.bill_id is null and not new.is_free then
        select booking_id into visit from public.medical_record where id = new.record_id;
        perform from public.booking where id = visit for update;
        new.bill_id := ledger.open_bill_of(visit);
    end if;
    return new;
end
$$;
comment on function ledger.prescription__priced() is 'Give a new prescription its item''s price and its visit''s open bill.';

select ledger.follow('prescription', 'insert', 'Put new prescriptions on their bills.', $$
    perform ledger.charge(s.bill_id, s.amount)
       from (select bill_id, sum(quantity * unit_price) as amount from new_rows
              where bill_id is not null group by 1 order by 1) as s;
$$);
select ledger.follow('prescription', 'update', 'Move what changed between the bills it was on and is on.', $$
    perform ledger.charge(s.bill_id, s.amount)
       from (select bill_id, sum(amount) as amount
               from (select bill_id, quantity * unit_price as amount from new_rows
                     union all select bill_id, -quantity * unit_price from old_rows) as moved
              where bill_id is not null group by 1 order by 1) as s;
$$);
select ledger.follow('prescription', 'delete', 'Take deleted prescriptions off their bills.', $$
    perform ledger.charge(s.bill_id, -s.amount)
       from (select bill_id, sum(quantity * unit_price) as amount from old_rows
              where bill_id is not null group by 1 order by 1) as s;
$$);
select ledger.follow('bill', 'insert', 'Put on new bills what their visits prescribed so far.', $$
    if not exists (select from public.prescription where bill_id is null and not is_free and unit_price is not null) then
        return null;
    end if;
    update public.prescription p set bill_id = n.id
      from new_rows n join public.medical_record r on r.booking_id = n.booking_id
     where p.record_id = r.id and p.bill_id is null and not p.is_free and p.unit_price is not null
       and n.voided_at is null;
$$);
select ledger.follow('bill', 'delete', 'Let what was on deleted bills wait for another one.', $$
    update public.prescription p set bill_id = null from old_rows o where p.bill_id = o.id;
$$);
select ledger.follow('bill', 'truncate', 'Let everything wait for another bill when all bills went at once.', $$
    update public.prescription set bill_id = null where bill_id is not null;
$$);

select install.make_trigger('public.prescription', 'ledger_priced', 'before insert',
    'for each row execute function ledger.prescription__priced()', fires => 'A');
