"""A clinic of ten thousand items and five hundred bookings a day.

One patient, item, bill, record and day has hundreds of rows of its own: number 1 of each.
"""

ROWS = """
insert into practitioner (full_name, specialty)
    select 'Dr. Practitioner ' || n, 'General practice' from generate_series(1, 120) n;
insert into working_hours (practitioner_id, weekday, starts, ends)
    select n, day, '08:00', '18:00' from generate_series(1, 25) n, generate_series(0, 6) day;
insert into service (name, price, duration_minutes) select 'Service ' || n, 40, 30 from generate_series(1, 120) n;
insert into blocked_day (practitioner_id, first_day, last_day, reason)
    select 26 + n % 90, clock.today() + n, clock.today() + n, 'Training' from generate_series(1, 300) n;
insert into patient (first_name, last_name, birth_date, phone, email)
    select 'Ada' || n, 'Lovelace', '1980-01-01', '0170 1815', 'ada@example.org' from generate_series(1, 2000) n;
insert into booking (patient_id, practitioner_id, service_id, date, start_time, duration_minutes, status)
    select 1 + n, case when n < 300 then 1 + n % 25 end, 1 + n % 100, clock.today() + day,
           time '08:00' + n / 25 * interval '30 min', 30, case when day = 0 then 'confirmed' else 'pending' end
      from generate_series(0, 399) n, generate_series(0, 1) day;
insert into booking (patient_id, service_id, date, status)
    select 1 + n, 1 + n % 100, clock.today() + day, case when day = 0 then 'confirmed' else 'pending' end
      from generate_series(0, 99) n, generate_series(0, 1) day;
insert into booking (patient_id, patient_name, service_id, practitioner_id, date, status, reason)
    select 1, 'Ada1 Lovelace', 1, 1, clock.today() - 1 - n, 'completed', 'check-up' from generate_series(1, 400) n;
insert into booking (patient_name, date, status)
    select 'Old ' || n, clock.today() - n, 'pending' from generate_series(1, 300) n;
insert into medical_record (patient_id, booking_id, practitioner_id, visit_on, diagnosis)
    select 1, 1, 1, clock.today() - n, 'Essential hypertension' from generate_series(1, 300) n;
insert into bill (patient_id, service_fee, issued_on)
    select 1, 40, clock.today() - n / 4 from generate_series(1, 2000) n;
insert into day_close (day, payment_ids) values (clock.today(), array[]::bigint[]);
insert into day_close_line (day_close_id, method, counted) values (1, 'cash', 0);
insert into payment (bill_id, amount, paid_on)
    select 1, 0.05, clock.today() from generate_series(1, 500);
insert into payment (bill_id, amount, paid_on) select 1 + n, 20, clock.today() - n / 4 from generate_series(1, 1000) n;
insert into inventory_item (name, sku, category, unit_price, quantity, reorder_level, expires_on)
    select 'Item ' || n, 'SKU-' || n, 'Category ' || n % 2000, 1.5, case when n < 1340 then n % 3 else 100 end, 5,
           clock.today() + n % 400
      from generate_series(1, 10000) n;
insert into prescription (record_id, item_id, quantity, dosage)
    select 1, 1 + n, 1, 'three times a day after meals' from generate_series(1, 300) n;
insert into booking (patient_name, date, status)
    select 'Old ' || n, clock.today() - n, 'pending' from generate_series(1, 300) n;
insert into medical_record (patient_id) values (2);
insert into prescription (record_id, item_id, quantity) select 301, 1 + n, 1 from generate_series(1, 300) n;
update prescription set bill_id = 1 where record_id = 1;
insert into auth_user (username, first_name, last_name, email, password, is_staff, is_active, is_superuser, date_joined)
    select 'account' || n, 'Grace', 'Hopper', '', '', false, true, false, now() from generate_series(1, 300) n;
do $$ begin for n in 1..400 loop update inventory_item set quantity = 10 + n where id = 1; end loop; end $$;
analyze;
"""

TABLES = (
    "patient, practitioner, working_hours, blocked_day, service, booking, medical_record, prescription, bill, payment,"
    " day_close, day_close_line, inventory_item, stock_movement"
)
