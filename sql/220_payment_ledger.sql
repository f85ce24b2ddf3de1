-- The payment ledger: a bill's amount_paid is the sum of its payments, no matter who wrote them.
--
-- Always holds: bill.amount_paid = sum(payment.amount), also after bulk statements and TRUNCATE; a payment
-- beyond the balance, a refund beyond what was paid and money on a void bill are refused.
-- Race it survives: two payments on one bill. The bill's row is locked before its payments are summed,
-- so the second sums after the first has committed; bills are locked in the order of their ids.
-- Order: after what all ledgers share. Its triggers run before the counting ones by name; the bill's own count what it moves.

create or replace function ledger.paid_on(bill bigint) returns numeric
    language sql stable
    return (select round(coalesce(sum(p.amount), 0), 2) from public.payment p where p.bill_id = bill);
comment on function ledger.paid_on(bigint) is 'The sum of a bill''s payments, written in cents.';

create or replace function ledger.fits(paid numeric, total numeric, voided_at timestamptz) returns boolean
    language sql immutable
    return paid between 0 and case when voided_at is null then total else 0 end;
comment on function ledger.fits(numeric, numeric, timestamptz) is 'A bill of this total can have so much paid on it; a void one nothing.';

create or replace function ledger.refuse_impossible_payments(bills bigint[]) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    bad record;
begin
    select b.id, b.total_amount, b.voided_at is not null as is_void, s.paid into bad
      from public.bill b cross join lateral ledger.paid_on(b.id) as s (paid)
     where b.id = any (bills) and not ledger.fits(s.paid, b.total_amount, b.voided_at)
     order by b.id
     limit 1;
    if not found then
        return;
    elsif bad.is_void then
        raise check_violation using table = 'payment', schema = 'public', constraint = 'payment_is_not_on_a_void_bill',
            message = format('bill %s is void and takes no payment', bad.id),
            hint = 'Issue a new bill, or clear voided_at first.';
    elsif bad.paid < 0 then
        raise check_violation using table = 'payment', schema = 'public', constraint = 'payment_refund_does_not_exceed_what_was_paid',
            message = format('refunds on bill %s exceed what was paid on it by %s', bad.id, -bad.paid),
            hint = 'Refund no more than the bill''s amount_paid.';
    end if;
    raise check_violation using table = 'payment', schema = 'public', constraint = 'payment_does_not_exceed_the_balance',
        message = format('payments on bill %s come to %s, which is %s more than its total of %s',
                         bad.id, bad.paid, bad.paid - bad.total_amount, bad.total_amount),
        hint = 'Pay no more than the bill''s balance.';
end
$$;
comment on function ledger.refuse_impossible_payments(bigint[]) is
    'Raise a named check violation for the first bill whose payments do not fit it.';

create or replace function ledger.settle(bills bigint[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    -- One plan for a session, by the indexes: planning again for each array costs as much as a payment itself.
    set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
    settled bigint;
begin
    perform from public.bill where id = any (bills) order by id for no key update;
    update public.bill b
       set amount_paid = s.paid
      from (select i.id, ledger.paid_on(i.id) as paid from unnest(bills) as i (id)) as s
     where b.id = s.id and b.amount_paid <> s.paid and ledger.fits(s.paid, b.total_amount, b.voided_at);
    get diagnostics settled = row_count;
    -- Any other was settled before, or its payments do not fit it.
    if settled < cardinality(bills) then
        perform ledger.refuse_impossible_payments(bills);
    end if;
end
$$;
comment on function ledger.settle(bigint[]) is 'Lock the bills and set what was paid on each to the sum of its payments.';

select ledger.follow('payment', 'insert', 'Settle the bills that payments were added to.', $$
    perform ledger.settle(array(select distinct bill_id from new_rows));
$$);
select ledger.follow('payment', 'update', 'Settle the bills that changed payments belong or belonged to.', $$
    perform ledger.settle(array(select bill_id from new_rows union select bill_id from old_rows));
$$);
select ledger.follow('payment', 'delete', 'Settle the bills that payments were taken from.', $$
    perform ledger.settle(array(select distinct bill_id from old_rows));
$$);
select ledger.follow('payment', 'truncate', 'Take all money off the bills when all payments went at once.', $$
    perform ledger.refuse_old_snapshot('payment', 'bill', 'bills', instead => 'use DELETE, ');
    update public.bill set amount_paid = 0.00 where amount_paid <> 0;
$$);
select ledger.keep('bill.amount_paid', holder => 'bill', total => 'amount_paid',
                   entries => 'payment', holder_id => 'bill_id', amount => 'amount', mend => 'ledger.settle(array[$1])');

create or replace function ledger.bill__amount_paid_guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    raise check_violation using table = 'bill', schema = 'public', constraint = 'bill_amount_paid_is_the_sum_of_its_payments',
        message = 'bill.amount_paid is the sum of the bill''s payments and cannot be written',
        hint = 'Insert, update or delete rows of payment instead.';
end
$$;
comment on function ledger.bill__amount_paid_guarded() is 'Refuse a bill''s amount_paid written by hand.';

create or replace function ledger.bill__guarded() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from new_rows where amount_paid <> 0) then
        raise check_violation using table = 'bill', schema = 'public', constraint = 'bill_amount_paid_is_the_sum_of_its_payments',
            message = 'a new bill has no payments, so its amount_paid must be left to its default of 0',
            hint = 'Insert the bill first, then its rows of payment.';
    end if;
    return null;
end
$$;
comment on function ledger.bill__guarded() is 'Refuse new bills that claim money before any payment.';

-- These guard against hands, not against a restore or a replica: they stay silent in replica role.
select install.make_trigger('public.bill', 'guard_amount_paid', 'before update of amount_paid',
    'for each row when (((new.amount_paid is distinct from old.amount_paid)
     and ((pg_trigger_depth() = 0) or (not has_schema_privilege(''ledger''::text, ''create''::text)))))
     execute function ledger.bill__amount_paid_guarded()');
select install.make_trigger('public.bill', 'guard_inserted', 'after insert',
    'referencing new table as new_rows for each statement execute function ledger.bill__guarded()');
