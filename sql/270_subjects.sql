-- What is counted: the tracked tables, and the metrics as sums over their states.
--
-- Always holds: a metric's one definition is its row in stats.metric; triggers, read and recount share
-- the expressions given to stats.track.
-- Order: behind the ledgers; what stands here is the clinic's alone, and all that counts it stands before.

select stats.track('patient', $$case when archived_at is null then 'active' else 'archived' end$$, 'registered_on');
select stats.track('practitioner');
select stats.track('service');
select stats.track('booking', 'status', 'date');
select stats.track('medical_record', $$''$$, 'visit_on');
select stats.track('bill', 'status', 'issued_on', 'total_amount', 'amount_paid');
select stats.track('payment', 'method', 'paid_on', '0', 'amount');
select stats.track('inventory_item', 'stock_status');

-- What pages show beside what is counted: a table's name is the topic that tells of it.
select stats.watch('working_hours', 'working_hours');
select stats.watch('blocked_day', 'blocked_day');
select stats.watch('prescription', 'prescription');
select stats.watch('patient_reference', 'patient_reference');
select stats.watch('day_close', 'day_close');

-- Of these, too, somebody may still have a deleted row on the screen.
select changes.note_deletions('blocked_day');
select changes.note_deletions('auth_user');

delete from stats.metric;
insert into stats.metric (position, key, subject, states, is_today, measure) values
    ( 1, 'appointments_total', 'booking', '{confirmed,in_consultation,completed}', false, 'n'),
    ( 2, 'appointments_today', 'booking', '{confirmed,in_consultation,completed}', true, 'n'),
    ( 3, 'bookings_total', 'booking', null, false, 'n'),
    ( 4, 'bookings_pending', 'booking', '{pending}', false, 'n'),
    ( 5, 'bookings_confirmed', 'booking', '{confirmed,in_consultation}', false, 'n'),
    ( 6, 'bookings_completed', 'booking', '{completed}', false, 'n'),
    ( 7, 'patients_total', 'patient', '{active}', false, 'n'),
    ( 8, 'medical_records_total', 'medical_record', null, false, 'n'),
    ( 9, 'inventory_items_total', 'inventory_item', null, false, 'n'),
    (10, 'inventory_low_stock', 'inventory_item', '{low_stock}', false, 'n'),
    (11, 'inventory_out_of_stock', 'inventory_item', '{out_of_stock}', false, 'n'),
    (12, 'bills_total', 'bill', '{unpaid,partially_paid,paid}', false, 'n'),
    (13, 'bills_paid', 'bill', '{paid}', false, 'n'),
    (14, 'bills_unpaid', 'bill', '{unpaid}', false, 'n'),
    (15, 'bills_partially_paid', 'bill', '{partially_paid}', false, 'n'),
    (16, 'revenue_total', 'bill', '{paid}', false, 'paid'),
    (17, 'amount_billed_total', 'bill', '{unpaid,partially_paid,paid}', false, 'billed'),
    (18, 'amount_paid_total', 'bill', '{unpaid,partially_paid,paid}', false, 'paid'),
    (19, 'balance_outstanding', 'bill', '{unpaid,partially_paid,paid}', false, 'balance');
