-- Every table, index, constraint, view and trigger of a migrated database. Written by `make schema`.

CREATE TABLE changes.deletion (
    id bigint NOT NULL,
    relation text NOT NULL,
    row_id bigint NOT NULL,
    deleted_by text NOT NULL,
    deleted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    source text DEFAULT changes.source() NOT NULL
);
CREATE TABLE public.payment (
    id bigint NOT NULL,
    bill_id bigint NOT NULL,
    amount numeric NOT NULL,
    method text DEFAULT 'cash'::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    paid_on date DEFAULT clock.today() NOT NULL,
    external_ref text,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT payment_amount_fits_ten_digits_and_two_decimals CHECK (((amount = round(amount, 2)) AND ((amount >= '-9999999999.99'::numeric) AND (amount <= 9999999999.99)))),
    CONSTRAINT payment_amount_is_not_zero CHECK ((NOT (amount = 0.00))),
    CONSTRAINT payment_method_is_a_known_word CHECK ((method = ANY (ARRAY['cash'::text, 'card'::text, 'transfer'::text, 'cheque'::text, 'copay'::text, 'insurance'::text, 'other'::text]))),
    CONSTRAINT payment_paid_on_is_a_calendar_day CHECK ((((paid_on >= '1800-01-01'::date) AND (paid_on <= '9999-12-31'::date)) OR (paid_on IS NULL)))
);
CREATE TABLE public.patient (
    id bigint NOT NULL,
    first_name text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    birth_date date,
    sex text DEFAULT 'unknown'::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    blood_type text DEFAULT ''::text NOT NULL,
    allergies text DEFAULT ''::text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    registered_on date DEFAULT clock.today() NOT NULL,
    archived_at timestamp with time zone,
    external_ref text,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    search_text text GENERATED ALWAYS AS (search.person(first_name, last_name, phone, email)) STORED,
    CONSTRAINT patient_birth_date_is_a_calendar_day CHECK ((((birth_date >= '1800-01-01'::date) AND (birth_date <= '9999-12-31'::date)) OR (birth_date IS NULL))),
    CONSTRAINT patient_birth_date_is_not_in_the_future CHECK ((birth_date <= clock.today())),
    CONSTRAINT patient_blood_type_is_a_known_word CHECK ((blood_type = ANY (ARRAY[''::text, 'A+'::text, 'A-'::text, 'B+'::text, 'B-'::text, 'AB+'::text, 'AB-'::text, 'O+'::text, 'O-'::text]))),
    CONSTRAINT patient_first_name_is_not_blank CHECK ((length(TRIM(BOTH FROM first_name)) > 0)),
    CONSTRAINT patient_registered_on_is_a_calendar_day CHECK ((((registered_on >= '1800-01-01'::date) AND (registered_on <= '9999-12-31'::date)) OR (registered_on IS NULL))),
    CONSTRAINT patient_sex_is_a_known_word CHECK ((sex = ANY (ARRAY['female'::text, 'male'::text, 'other'::text, 'unknown'::text])))
);
CREATE TABLE stats.activity (
    minute timestamp with time zone NOT NULL,
    actor text NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    act text NOT NULL,
    state text NOT NULL,
    causes text[] NOT NULL,
    n bigint NOT NULL,
    billed numeric NOT NULL,
    paid numeric NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT activity_act_check CHECK ((act = ANY (ARRAY['emptied'::text, 'added'::text, 'moved'::text, 'changed'::text, 'removed'::text])))
)
WITH (vacuum_truncate=off);
CREATE TABLE stats.counter (
    subject text NOT NULL,
    day date NOT NULL,
    state text NOT NULL,
    n bigint NOT NULL,
    billed numeric NOT NULL,
    paid numeric NOT NULL,
    version bigint DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', vacuum_truncate=off);
CREATE TABLE stats.delta (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    subject text NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    day date,
    n bigint DEFAULT 0 NOT NULL,
    billed numeric DEFAULT 0 NOT NULL,
    paid numeric DEFAULT 0 NOT NULL,
    is_reset boolean DEFAULT false NOT NULL,
    op text NOT NULL,
    actor text DEFAULT changes.actor() NOT NULL,
    source text DEFAULT changes.source() NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    is_consequence boolean DEFAULT (pg_trigger_depth() > 1) NOT NULL,
    statement_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', vacuum_truncate=off);
CREATE TABLE stats.folded (
    snapshot pg_snapshot NOT NULL,
    pruned_below xid8 NOT NULL,
    folded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    logged pg_snapshot DEFAULT '1:1:'::pg_snapshot NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    server bigint DEFAULT stats.server() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', vacuum_truncate=off);
CREATE TABLE stats.check_up (
    id bigint NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    found text[] NOT NULL,
    seconds numeric NOT NULL
);
CREATE TABLE stats.total (
    subject text NOT NULL,
    state text NOT NULL,
    n bigint NOT NULL,
    billed numeric NOT NULL,
    paid numeric NOT NULL,
    version bigint DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', vacuum_truncate=off);
CREATE TABLE ledger.kept (
    name text NOT NULL,
    holder text NOT NULL,
    total text NOT NULL,
    entries text NOT NULL,
    holder_id text NOT NULL,
    amount text NOT NULL,
    mend text NOT NULL
);
CREATE TABLE ledger.mending (
    ledger text NOT NULL,
    id bigint NOT NULL
);
CREATE TABLE ledger.returned_patient (
    id bigint NOT NULL,
    kept_id bigint NOT NULL
);
CREATE TABLE public.bill (
    id bigint NOT NULL,
    patient_id bigint NOT NULL,
    booking_id bigint,
    issued_on date DEFAULT clock.today() NOT NULL,
    service_fee numeric DEFAULT 0.00 NOT NULL,
    medicine_fee numeric DEFAULT 0.00 NOT NULL,
    other_fee numeric DEFAULT 0.00 NOT NULL,
    discount numeric DEFAULT 0.00 NOT NULL,
    amount_paid numeric DEFAULT 0.00 NOT NULL,
    voided_at timestamp with time zone,
    external_ref text,
    total_amount numeric(12,2) GENERATED ALWAYS AS ((((service_fee + medicine_fee) + other_fee) - discount)) STORED,
    balance numeric(12,2) GENERATED ALWAYS AS (((((service_fee + medicine_fee) + other_fee) - discount) - amount_paid)) STORED,
    status text GENERATED ALWAYS AS (
CASE
    WHEN (voided_at IS NOT NULL) THEN 'void'::text
    WHEN (amount_paid >= (((service_fee + medicine_fee) + other_fee) - discount)) THEN 'paid'::text
    WHEN (amount_paid = 0.00) THEN 'unpaid'::text
    ELSE 'partially_paid'::text
END) STORED,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    void_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT bill_amount_paid_fits_ten_digits_and_two_decimals CHECK (((amount_paid = round(amount_paid, 2)) AND ((amount_paid >= '-9999999999.99'::numeric) AND (amount_paid <= 9999999999.99)))),
    CONSTRAINT bill_discount_does_not_exceed_fees CHECK ((discount <= ((service_fee + medicine_fee) + other_fee))),
    CONSTRAINT bill_discount_fits_ten_digits_and_two_decimals CHECK (((discount = round(discount, 2)) AND ((discount >= '-9999999999.99'::numeric) AND (discount <= 9999999999.99)))),
    CONSTRAINT bill_discount_is_not_negative CHECK (((discount >= 0.00) AND (discount <= 9999999999.99))),
    CONSTRAINT bill_is_not_overpaid CHECK ((amount_paid <= (((service_fee + medicine_fee) + other_fee) - discount))),
    CONSTRAINT bill_issued_on_is_a_calendar_day CHECK ((((issued_on >= '1800-01-01'::date) AND (issued_on <= '9999-12-31'::date)) OR (issued_on IS NULL))),
    CONSTRAINT bill_medicine_fee_fits_ten_digits_and_two_decimals CHECK (((medicine_fee = round(medicine_fee, 2)) AND ((medicine_fee >= '-9999999999.99'::numeric) AND (medicine_fee <= 9999999999.99)))),
    CONSTRAINT bill_medicine_fee_is_not_negative CHECK (((medicine_fee >= 0.00) AND (medicine_fee <= 9999999999.99))),
    CONSTRAINT bill_other_fee_fits_ten_digits_and_two_decimals CHECK (((other_fee = round(other_fee, 2)) AND ((other_fee >= '-9999999999.99'::numeric) AND (other_fee <= 9999999999.99)))),
    CONSTRAINT bill_other_fee_is_not_negative CHECK (((other_fee >= 0.00) AND (other_fee <= 9999999999.99))),
    CONSTRAINT bill_refunds_do_not_exceed_payments CHECK ((amount_paid >= 0.00)),
    CONSTRAINT bill_service_fee_fits_ten_digits_and_two_decimals CHECK (((service_fee = round(service_fee, 2)) AND ((service_fee >= '-9999999999.99'::numeric) AND (service_fee <= 9999999999.99)))),
    CONSTRAINT bill_service_fee_is_not_negative CHECK (((service_fee >= 0.00) AND (service_fee <= 9999999999.99))),
    CONSTRAINT bill_with_money_on_it_is_not_void CHECK (((voided_at IS NULL) OR (amount_paid = 0.00)))
);
CREATE TABLE public.blocked_day (
    id bigint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    practitioner_id bigint,
    CONSTRAINT blocked_day_ends_after_it_begins CHECK ((last_day >= first_day)),
    CONSTRAINT blocked_day_first_day_is_a_calendar_day CHECK ((((first_day >= '1800-01-01'::date) AND (first_day <= '9999-12-31'::date)) OR (first_day IS NULL))),
    CONSTRAINT blocked_day_last_day_is_a_calendar_day CHECK ((((last_day >= '1800-01-01'::date) AND (last_day <= '9999-12-31'::date)) OR (last_day IS NULL)))
);
CREATE TABLE public.booking (
    id bigint NOT NULL,
    patient_id bigint,
    patient_name text DEFAULT ''::text NOT NULL,
    patient_phone text DEFAULT ''::text NOT NULL,
    patient_email text DEFAULT ''::text NOT NULL,
    practitioner_id bigint,
    service_id bigint,
    date date NOT NULL,
    start_time time without time zone,
    duration_minutes integer DEFAULT 30 NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    external_ref text,
    status_reason text DEFAULT ''::text NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    search_text text GENERATED ALWAYS AS (search.person(patient_name, ''::text, patient_phone, patient_email)) STORED,
    CONSTRAINT booking_date_is_a_calendar_day CHECK ((((date >= '1800-01-01'::date) AND (date <= '9999-12-31'::date)) OR (date IS NULL))),
    CONSTRAINT booking_lasts_between_a_minute_and_a_day CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440))),
    CONSTRAINT booking_status_is_a_known_word CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'in_consultation'::text, 'completed'::text, 'declined'::text, 'no_show'::text, 'cancelled'::text])))
);
CREATE TABLE public.day_close (
    id bigint NOT NULL,
    day date DEFAULT clock.today() NOT NULL,
    number integer DEFAULT 1 NOT NULL,
    payment_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    closed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    closed_by text DEFAULT changes.actor() NOT NULL,
    CONSTRAINT day_close_day_is_a_calendar_day CHECK ((((day >= '1800-01-01'::date) AND (day <= '9999-12-31'::date)) OR (day IS NULL))),
    CONSTRAINT day_close_number_begins_at_one CHECK ((number >= 1))
);
CREATE TABLE public.day_close_line (
    id bigint NOT NULL,
    method text DEFAULT 'cash'::text NOT NULL,
    expected numeric DEFAULT 0.00 NOT NULL,
    counted numeric,
    difference numeric(12,2) GENERATED ALWAYS AS ((counted - expected)) STORED,
    day_close_id bigint NOT NULL,
    CONSTRAINT day_close_line_counted_fits_ten_digits_and_two_decimals CHECK (((counted = round(counted, 2)) AND ((counted >= '-9999999999.99'::numeric) AND (counted <= 9999999999.99)))),
    CONSTRAINT day_close_line_counted_is_not_negative CHECK (((counted >= 0.00) AND (counted <= 9999999999.99))),
    CONSTRAINT day_close_line_expected_fits_ten_digits_and_two_decimals CHECK (((expected = round(expected, 2)) AND ((expected >= '-9999999999.99'::numeric) AND (expected <= 9999999999.99)))),
    CONSTRAINT day_close_line_method_is_a_known_word CHECK ((method = ANY (ARRAY['cash'::text, 'card'::text, 'transfer'::text, 'cheque'::text, 'copay'::text, 'insurance'::text, 'other'::text]))),
    CONSTRAINT day_close_line_of_cash_is_counted CHECK (((NOT (method = 'cash'::text)) OR (counted IS NOT NULL)))
);
CREATE TABLE public.form_token (
    token text NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    result_url text DEFAULT ''::text NOT NULL,
    used_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
CREATE TABLE public.inventory_item (
    id bigint NOT NULL,
    sku text,
    name text NOT NULL,
    category text DEFAULT ''::text NOT NULL,
    unit_price numeric DEFAULT 0.00 NOT NULL,
    quantity integer DEFAULT 0 NOT NULL,
    reorder_level integer DEFAULT 0 NOT NULL,
    expires_on date,
    external_ref text,
    stock_status text GENERATED ALWAYS AS (
CASE
    WHEN (quantity = 0) THEN 'out_of_stock'::text
    WHEN (quantity <= reorder_level) THEN 'low_stock'::text
    ELSE 'in_stock'::text
END) STORED,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    search_text text GENERATED ALWAYS AS (search.thing(name, sku)) STORED,
    CONSTRAINT inventory_item_expires_on_is_a_calendar_day CHECK ((((expires_on >= '1800-01-01'::date) AND (expires_on <= '9999-12-31'::date)) OR (expires_on IS NULL))),
    CONSTRAINT inventory_item_name_is_not_blank CHECK ((length(TRIM(BOTH FROM name)) > 0)),
    CONSTRAINT inventory_item_quantity_is_not_negative CHECK (((quantity >= 0) AND (quantity <= '9999999999'::bigint))),
    CONSTRAINT inventory_item_reorder_level_is_not_negative CHECK (((reorder_level >= 0) AND (reorder_level <= '9999999999'::bigint))),
    CONSTRAINT inventory_item_unit_price_fits_ten_digits_and_two_decimals CHECK (((unit_price = round(unit_price, 2)) AND ((unit_price >= '-9999999999.99'::numeric) AND (unit_price <= 9999999999.99)))),
    CONSTRAINT inventory_item_unit_price_is_not_negative CHECK (((unit_price >= 0.00) AND (unit_price <= 9999999999.99)))
);
CREATE TABLE public.medical_record (
    id bigint NOT NULL,
    patient_id bigint NOT NULL,
    booking_id bigint,
    practitioner_id bigint,
    visit_on date DEFAULT clock.today() NOT NULL,
    chief_complaint text DEFAULT ''::text NOT NULL,
    diagnosis text DEFAULT ''::text NOT NULL,
    treatment_plan text DEFAULT ''::text NOT NULL,
    temperature_celsius numeric(4,1),
    pulse_bpm smallint,
    respiratory_rate smallint,
    systolic_mmhg smallint,
    diastolic_mmhg smallint,
    oxygen_saturation smallint,
    weight_kg numeric(5,2),
    height_cm numeric(4,1),
    follow_up_on date,
    notes text DEFAULT ''::text NOT NULL,
    external_ref text,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    CONSTRAINT medical_record_diastolic_mmhg_is_plausible CHECK ((((diastolic_mmhg >= 0) AND (diastolic_mmhg <= 250)) OR (diastolic_mmhg IS NULL))),
    CONSTRAINT medical_record_follow_up_on_is_a_calendar_day CHECK ((((follow_up_on >= '1800-01-01'::date) AND (follow_up_on <= '9999-12-31'::date)) OR (follow_up_on IS NULL))),
    CONSTRAINT medical_record_height_cm_is_plausible CHECK ((((height_cm >= (10)::numeric) AND (height_cm <= (280)::numeric)) OR (height_cm IS NULL))),
    CONSTRAINT medical_record_oxygen_saturation_is_plausible CHECK ((((oxygen_saturation >= 0) AND (oxygen_saturation <= 100)) OR (oxygen_saturation IS NULL))),
    CONSTRAINT medical_record_pulse_bpm_is_plausible CHECK ((((pulse_bpm >= 0) AND (pulse_bpm <= 350)) OR (pulse_bpm IS NULL))),
    CONSTRAINT medical_record_respiratory_rate_is_plausible CHECK ((((respiratory_rate >= 0) AND (respiratory_rate <= 120)) OR (respiratory_rate IS NULL))),
    CONSTRAINT medical_record_systolic_mmhg_is_plausible CHECK ((((systolic_mmhg >= 0) AND (systolic_mmhg <= 350)) OR (systolic_mmhg IS NULL))),
    CONSTRAINT medical_record_temperature_celsius_is_plausible CHECK ((((temperature_celsius >= (20)::numeric) AND (temperature_celsius <= (45)::numeric)) OR (temperature_celsius IS NULL))),
    CONSTRAINT medical_record_visit_on_is_a_calendar_day CHECK ((((visit_on >= '1800-01-01'::date) AND (visit_on <= '9999-12-31'::date)) OR (visit_on IS NULL))),
    CONSTRAINT medical_record_weight_kg_is_plausible CHECK ((((weight_kg >= (0)::numeric) AND (weight_kg <= (700)::numeric)) OR (weight_kg IS NULL)))
);
CREATE TABLE public.patient_merge (
    merged_id bigint NOT NULL,
    merged_name text DEFAULT ''::text NOT NULL,
    merged_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    merged_by text DEFAULT changes.actor() NOT NULL,
    kept_id bigint NOT NULL
);
CREATE TABLE public.patient_reference (
    external_ref text NOT NULL,
    patient_id bigint NOT NULL
);
CREATE TABLE public.practitioner (
    id bigint NOT NULL,
    full_name text NOT NULL,
    specialty text DEFAULT ''::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    external_ref text,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    CONSTRAINT practitioner_full_name_is_not_blank CHECK ((length(TRIM(BOTH FROM full_name)) > 0))
);
CREATE TABLE public.prescription (
    id bigint NOT NULL,
    quantity integer NOT NULL,
    dosage text DEFAULT ''::text NOT NULL,
    prescribed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    prescribed_by text DEFAULT changes.actor() NOT NULL,
    item_id bigint NOT NULL,
    record_id bigint NOT NULL,
    override_reason text DEFAULT ''::text NOT NULL,
    warnings text DEFAULT ''::text NOT NULL,
    bill_id bigint,
    is_free boolean DEFAULT false NOT NULL,
    unit_price numeric,
    CONSTRAINT prescription_in_spite_of_a_warning_has_a_reason CHECK (((warnings = ''::text) OR (NOT (override_reason = ''::text)))),
    CONSTRAINT prescription_quantity_is_above_zero CHECK ((quantity > 0)),
    CONSTRAINT prescription_that_is_free_is_on_no_bill CHECK (((NOT is_free) OR (bill_id IS NULL))),
    CONSTRAINT prescription_unit_price_fits_ten_digits_and_two_decimals CHECK (((unit_price = round(unit_price, 2)) AND ((unit_price >= '-9999999999.99'::numeric) AND (unit_price <= 9999999999.99)))),
    CONSTRAINT prescription_unit_price_is_not_negative CHECK (((unit_price >= 0.00) AND (unit_price <= 9999999999.99)))
);
CREATE TABLE public.service (
    id bigint NOT NULL,
    name text NOT NULL,
    price numeric DEFAULT 0.00 NOT NULL,
    duration_minutes integer DEFAULT 30 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_by text DEFAULT changes.actor() NOT NULL,
    CONSTRAINT service_lasts_between_a_minute_and_a_day CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440))),
    CONSTRAINT service_name_is_not_blank CHECK ((length(TRIM(BOTH FROM name)) > 0)),
    CONSTRAINT service_price_fits_ten_digits_and_two_decimals CHECK (((price = round(price, 2)) AND ((price >= '-9999999999.99'::numeric) AND (price <= 9999999999.99)))),
    CONSTRAINT service_price_is_not_negative CHECK (((price >= 0.00) AND (price <= 9999999999.99)))
);
CREATE TABLE public.sign_in_event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    kind text NOT NULL,
    username text NOT NULL,
    address inet,
    device text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.stock_movement (
    id bigint NOT NULL,
    item_id bigint NOT NULL,
    change integer NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    CONSTRAINT stock_movement_changes_something CHECK ((NOT (change = 0)))
);
CREATE TABLE public.temporary_password (
    user_id integer NOT NULL,
    set_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
CREATE TABLE public.working_hours (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    starts time without time zone NOT NULL,
    ends time without time zone NOT NULL,
    practitioner_id bigint NOT NULL,
    CONSTRAINT working_hours_end_after_they_start CHECK ((ends > starts)),
    CONSTRAINT working_hours_weekday_is_monday_to_sunday CHECK (((weekday >= 0) AND (weekday <= 6)))
);
CREATE VIEW stats.current AS
 SELECT key,
    value
   FROM stats.read() read(key, value);
CREATE UNLOGGED TABLE stats.fold_due (
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE TABLE stats.installed (
    is_only_row boolean DEFAULT true NOT NULL,
    checksum text NOT NULL,
    CONSTRAINT installed_is_only_row_check CHECK (is_only_row)
);
CREATE TABLE stats.metric (
    key text NOT NULL,
    subject text NOT NULL,
    states text[],
    is_today boolean NOT NULL,
    measure text NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT metric_measure_check CHECK ((measure = ANY (ARRAY['n'::text, 'billed'::text, 'paid'::text, 'balance'::text])))
);
CREATE TABLE stats.opening (
    day date NOT NULL,
    key text NOT NULL,
    value numeric NOT NULL,
    taken_at timestamp with time zone NOT NULL
);
CREATE VIEW stats.recount AS
 SELECT 'bill'::text AS subject,
    bill.status AS state,
    bill.issued_on AS day,
    count(*) AS n,
    COALESCE(sum(bill.total_amount), (0)::numeric) AS billed,
    COALESCE(sum(bill.amount_paid), (0)::numeric) AS paid
   FROM public.bill
  GROUP BY bill.status, bill.issued_on
UNION ALL
 SELECT 'booking'::text AS subject,
    booking.status AS state,
    booking.date AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.booking
  GROUP BY booking.status, booking.date
UNION ALL
 SELECT 'inventory_item'::text AS subject,
    inventory_item.stock_status AS state,
    NULL::date AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.inventory_item
  GROUP BY inventory_item.stock_status, NULL::date
UNION ALL
 SELECT 'medical_record'::text AS subject,
    ''::text AS state,
    medical_record.visit_on AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.medical_record
  GROUP BY ''::text, medical_record.visit_on
UNION ALL
 SELECT 'patient'::text AS subject,
        CASE
            WHEN (patient.archived_at IS NULL) THEN 'active'::text
            ELSE 'archived'::text
        END AS state,
    patient.registered_on AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.patient
  GROUP BY
        CASE
            WHEN (patient.archived_at IS NULL) THEN 'active'::text
            ELSE 'archived'::text
        END, patient.registered_on
UNION ALL
 SELECT 'payment'::text AS subject,
    payment.method AS state,
    payment.paid_on AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    COALESCE(sum(payment.amount), (0)::numeric) AS paid
   FROM public.payment
  GROUP BY payment.method, payment.paid_on
UNION ALL
 SELECT 'practitioner'::text AS subject,
    ''::text AS state,
    NULL::date AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.practitioner
  GROUP BY ''::text, NULL::date
UNION ALL
 SELECT 'service'::text AS subject,
    ''::text AS state,
    NULL::date AS day,
    count(*) AS n,
    (COALESCE(sum(0), (0)::bigint))::numeric AS billed,
    (COALESCE(sum(0), (0)::bigint))::numeric AS paid
   FROM public.service
  GROUP BY ''::text, NULL::date;
CREATE TABLE stats.unannounced (
    id bigint NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    topics text[] NOT NULL
);
CREATE VIEW stats.status AS
 SELECT ( SELECT min(a.backend_start) AS min
           FROM ((pg_locks l
             JOIN pg_stat_activity a ON ((a.pid = l.pid)))
             JOIN pg_database d ON (((d.oid = l.database) AND (d.datname = current_database()))))
          WHERE ((l.locktype = 'advisory'::text) AND l.granted AND (l.classid = (0)::oid) AND (l.objid = (359029)::oid) AND (l.objsubid = 1) AND (l.mode = 'ExclusiveLock'::text))) AS relay_since,
    ( SELECT (bell.last_value > 0)
           FROM stats.bell) AS relay_sleeps,
    ( SELECT count(*) AS count
           FROM stats.unannounced) AS unannounced,
    f.folded_at,
    ( SELECT count(*) AS count
           FROM stats.deltas_since(f.snapshot) deltas_since(id, xid, subject, state, day, n, billed, paid, is_reset, op, actor, source, made_at, is_consequence, statement_at)) AS pending,
    pg_total_relation_size('stats.delta'::regclass) AS inbox_bytes,
    ( SELECT (max(EXTRACT(epoch FROM (clock_timestamp() - a.xact_start))))::bigint AS max
           FROM pg_stat_activity a
          WHERE ((a.datname = current_database()) AND (a.pid <> pg_backend_pid()))) AS oldest_transaction_seconds,
    ( SELECT count(*) AS count
           FROM stats.triggers_off() triggers_off(relation, trigger, wanted, state)) AS triggers_off,
    c.made_at AS checked_at,
    cardinality(c.found) AS found_off
   FROM (stats.last_fold() f(snapshot, pruned_below, folded_at, logged, version, server)
     LEFT JOIN LATERAL ( SELECT check_up.id,
            check_up.made_at,
            check_up.found,
            check_up.seconds
           FROM stats.check_up
          ORDER BY check_up.id DESC
         LIMIT 1) c ON (true));
CREATE TABLE stats.tracked (
    subject text NOT NULL,
    state text NOT NULL,
    day text,
    billed text NOT NULL,
    paid text NOT NULL
);
CREATE TABLE stats.watched (
    relation text NOT NULL,
    subject text NOT NULL
);
ALTER TABLE ONLY changes.deletion
    ADD CONSTRAINT deletion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ledger.kept
    ADD CONSTRAINT kept_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ledger.returned_patient
    ADD CONSTRAINT returned_patient_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_is_the_only_one_of_its_booking UNIQUE (booking_id);
ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.blocked_day
    ADD CONSTRAINT blocked_day_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_does_not_overlap_for_its_practitioner EXCLUDE USING gist (practitioner_id WITH =, clock.booked_time(date, start_time, duration_minutes) WITH &&) WHERE (((practitioner_id IS NOT NULL) AND (start_time IS NOT NULL) AND (status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'in_consultation'::text]))));
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.day_close_line
    ADD CONSTRAINT day_close_line_is_the_only_one_of_its_method UNIQUE (day_close_id, method);
ALTER TABLE ONLY public.day_close_line
    ADD CONSTRAINT day_close_line_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.day_close
    ADD CONSTRAINT day_close_number_is_given_once_a_day UNIQUE (day, number);
ALTER TABLE ONLY public.day_close
    ADD CONSTRAINT day_close_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.form_token
    ADD CONSTRAINT form_token_pkey PRIMARY KEY (token);
ALTER TABLE ONLY public.inventory_item
    ADD CONSTRAINT inventory_item_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.inventory_item
    ADD CONSTRAINT inventory_item_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inventory_item
    ADD CONSTRAINT inventory_item_sku_is_unique UNIQUE (sku);
ALTER TABLE ONLY public.medical_record
    ADD CONSTRAINT medical_record_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.medical_record
    ADD CONSTRAINT medical_record_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.patient_merge
    ADD CONSTRAINT patient_merge_pkey PRIMARY KEY (merged_id);
ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patient_reference
    ADD CONSTRAINT patient_reference_pkey PRIMARY KEY (external_ref);
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.practitioner
    ADD CONSTRAINT practitioner_external_ref_is_unique UNIQUE (external_ref);
ALTER TABLE ONLY public.practitioner
    ADD CONSTRAINT practitioner_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in_event
    ADD CONSTRAINT sign_in_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stock_movement
    ADD CONSTRAINT stock_movement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.temporary_password
    ADD CONSTRAINT temporary_password_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.working_hours
    ADD CONSTRAINT working_hours_do_not_overlap EXCLUDE USING gist (practitioner_id WITH =, weekday WITH =, tsrange(('2001-01-01'::date + starts), ('2001-01-01'::date + ends)) WITH &&);
ALTER TABLE ONLY public.working_hours
    ADD CONSTRAINT working_hours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY stats.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (minute, actor, source, subject, act, state, causes);
ALTER TABLE ONLY stats.check_up
    ADD CONSTRAINT check_up_pkey PRIMARY KEY (id);
ALTER TABLE ONLY stats.installed
    ADD CONSTRAINT installed_pkey PRIMARY KEY (is_only_row);
ALTER TABLE ONLY stats.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (key);
ALTER TABLE ONLY stats.metric
    ADD CONSTRAINT metric_position_key UNIQUE ("position");
ALTER TABLE ONLY stats.opening
    ADD CONSTRAINT opening_pkey PRIMARY KEY (day, key);
ALTER TABLE ONLY stats.tracked
    ADD CONSTRAINT tracked_pkey PRIMARY KEY (subject);
ALTER TABLE ONLY stats.unannounced
    ADD CONSTRAINT unannounced_pkey PRIMARY KEY (id);
ALTER TABLE ONLY stats.watched
    ADD CONSTRAINT watched_pkey PRIMARY KEY (relation);
CREATE INDEX deletion_of_row ON changes.deletion USING btree (relation, row_id);
CREATE INDEX bill_by_amount ON public.bill USING btree (total_amount);
CREATE INDEX bill_by_date ON public.bill USING btree (issued_on DESC, id DESC);
CREATE INDEX bill_by_status ON public.bill USING btree (status, issued_on DESC, id DESC);
CREATE INDEX bill_of_patient ON public.bill USING btree (patient_id, issued_on DESC);
CREATE INDEX blocked_day_by_day ON public.blocked_day USING btree (last_day, first_day);
CREATE INDEX blocked_day_of_practitioner ON public.blocked_day USING btree (practitioner_id);
CREATE INDEX booking_by_date ON public.booking USING btree (date, start_time, id);
CREATE INDEX booking_by_status ON public.booking USING btree (status, date, id);
CREATE INDEX booking_of_patient ON public.booking USING btree (patient_id, date DESC);
CREATE INDEX booking_of_practitioner ON public.booking USING btree (practitioner_id, date);
CREATE INDEX booking_of_service ON public.booking USING btree (service_id);
CREATE INDEX booking_search ON public.booking USING gin (search_text public.gin_trgm_ops) WITH (gin_pending_list_limit='256');
CREATE INDEX form_token_by_age ON public.form_token USING btree (used_at);
CREATE INDEX form_token_token_01cbd18f_like ON public.form_token USING btree (token text_pattern_ops);
CREATE INDEX inventory_item_by_category ON public.inventory_item USING btree (category, name, id);
CREATE INDEX inventory_item_by_expiry ON public.inventory_item USING btree (expires_on);
CREATE INDEX inventory_item_by_name ON public.inventory_item USING btree (name, id);
CREATE INDEX inventory_item_by_status ON public.inventory_item USING btree (stock_status, name);
CREATE INDEX inventory_item_search ON public.inventory_item USING gin (search_text public.gin_trgm_ops) WITH (gin_pending_list_limit='256');
CREATE INDEX medical_record_by_follow_up ON public.medical_record USING btree (follow_up_on, id) WHERE (follow_up_on IS NOT NULL);
CREATE INDEX medical_record_by_practitioner ON public.medical_record USING btree (practitioner_id);
CREATE INDEX medical_record_by_visit ON public.medical_record USING btree (visit_on DESC, id DESC);
CREATE INDEX medical_record_of_booking ON public.medical_record USING btree (booking_id);
CREATE INDEX medical_record_of_patient ON public.medical_record USING btree (patient_id, visit_on DESC, id DESC);
CREATE INDEX patient_archived_by_name ON public.patient USING btree (last_name, first_name, id) WHERE (archived_at IS NOT NULL);
CREATE INDEX patient_by_birth_date ON public.patient USING btree (birth_date);
CREATE INDEX patient_by_name ON public.patient USING btree (last_name, first_name, id);
CREATE INDEX patient_by_registration ON public.patient USING btree (registered_on);
CREATE INDEX patient_merge_of_kept ON public.patient_merge USING btree (kept_id);
CREATE INDEX patient_reference_external_ref_9095cf7b_like ON public.patient_reference USING btree (external_ref text_pattern_ops);
CREATE INDEX patient_reference_of_patient ON public.patient_reference USING btree (patient_id);
CREATE INDEX patient_search ON public.patient USING gin (search_text public.gin_trgm_ops) WITH (gin_pending_list_limit='256');
CREATE INDEX payment_by_date ON public.payment USING btree (paid_on DESC, id DESC);
CREATE INDEX payment_of_bill ON public.payment USING btree (bill_id);
CREATE INDEX practitioner_by_name ON public.practitioner USING btree (full_name);
CREATE INDEX prescription_of_bill ON public.prescription USING btree (bill_id);
CREATE INDEX prescription_of_item ON public.prescription USING btree (item_id);
CREATE INDEX prescription_of_record ON public.prescription USING btree (record_id);
CREATE INDEX prescription_on_no_bill ON public.prescription USING btree (prescribed_at, id) WHERE ((bill_id IS NULL) AND (NOT is_free) AND (unit_price IS NOT NULL));
CREATE INDEX service_by_name ON public.service USING btree (name);
CREATE INDEX sign_in_event_by_name ON public.sign_in_event USING btree (username, at DESC);
CREATE INDEX sign_in_event_by_time ON public.sign_in_event USING btree (at DESC, id DESC);
CREATE INDEX stock_movement_by_note ON public.stock_movement USING btree (note, made_at DESC, id DESC) WHERE (reason = 'delivery'::text);
CREATE INDEX stock_movement_by_reason ON public.stock_movement USING btree (reason, made_at DESC, id DESC);
CREATE INDEX stock_movement_by_source ON public.stock_movement USING btree (upper(source), made_at DESC, id DESC);
CREATE INDEX stock_movement_by_time ON public.stock_movement USING btree (made_at DESC, id DESC);
CREATE INDEX stock_movement_of_item ON public.stock_movement USING btree (item_id, made_at DESC, id DESC);
CREATE UNIQUE INDEX counter_newest ON stats.counter USING btree (subject, day, state, version);
CREATE INDEX delta_by_xid ON stats.delta USING btree (xid);
CREATE UNIQUE INDEX folded_newest ON stats.folded USING btree (version);
CREATE UNIQUE INDEX total_newest ON stats.total USING btree (subject, state, version);
CREATE TRIGGER mend BEFORE INSERT ON ledger.mending FOR EACH ROW EXECUTE FUNCTION ledger.mending__inserted();
ALTER TABLE ledger.mending ENABLE ALWAYS TRIGGER mend;
CREATE CONSTRAINT TRIGGER remerge AFTER INSERT ON ledger.returned_patient DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.returned_patient__queued();
CREATE TRIGGER guard_amount_paid BEFORE UPDATE OF amount_paid ON public.bill FOR EACH ROW WHEN (((new.amount_paid IS DISTINCT FROM old.amount_paid) AND ((pg_trigger_depth() = 0) OR (NOT has_schema_privilege('ledger'::text, 'create'::text))))) EXECUTE FUNCTION ledger.bill__amount_paid_guarded();
CREATE TRIGGER guard_id BEFORE UPDATE OF id ON public.bill FOR EACH ROW WHEN ((new.id <> old.id)) EXECUTE FUNCTION ledger.id__guarded();
CREATE TRIGGER guard_id BEFORE UPDATE OF id ON public.inventory_item FOR EACH ROW WHEN ((new.id <> old.id)) EXECUTE FUNCTION ledger.id__guarded();
CREATE TRIGGER guard_inserted AFTER INSERT ON public.bill REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.bill__guarded();
CREATE TRIGGER guard_merged AFTER INSERT ON public.patient REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.patient__inserted();
CREATE TRIGGER guard_prescribed_deleted AFTER DELETE ON public.medical_record REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.medical_record__deleted();
CREATE TRIGGER guard_prescribed_truncated AFTER TRUNCATE ON public.medical_record FOR EACH STATEMENT EXECUTE FUNCTION ledger.medical_record__truncated();
CREATE TRIGGER guard_record BEFORE INSERT OR UPDATE OF record_id ON public.prescription FOR EACH ROW EXECUTE FUNCTION ledger.prescription__guarded();
CREATE TRIGGER guard_reference BEFORE UPDATE OF external_ref ON public.patient FOR EACH ROW WHEN ((new.external_ref IS DISTINCT FROM old.external_ref)) EXECUTE FUNCTION ledger.patient__renamed();
CREATE TRIGGER guard_references_truncated AFTER TRUNCATE ON public.patient FOR EACH STATEMENT EXECUTE FUNCTION ledger.patient__truncated();
CREATE TRIGGER guard_written BEFORE INSERT OR DELETE OR UPDATE ON public.stock_movement FOR EACH STATEMENT WHEN (((pg_trigger_depth() = 0) OR (NOT has_schema_privilege('ledger'::text, 'create'::text)))) EXECUTE FUNCTION ledger.stock_movement__guarded();
CREATE TRIGGER ledger_deleted AFTER DELETE ON public.bill REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.bill__deleted();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER ledger_deleted;
CREATE TRIGGER ledger_deleted AFTER DELETE ON public.payment REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.payment__deleted();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER ledger_deleted;
CREATE TRIGGER ledger_deleted AFTER DELETE ON public.prescription REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.prescription__deleted();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER ledger_deleted;
CREATE TRIGGER ledger_inserted AFTER INSERT ON public.bill REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.bill__inserted();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER ledger_inserted;
CREATE TRIGGER ledger_inserted AFTER INSERT ON public.inventory_item REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.inventory_item__inserted();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER ledger_inserted;
CREATE TRIGGER ledger_inserted AFTER INSERT ON public.payment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.payment__inserted();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER ledger_inserted;
CREATE TRIGGER ledger_inserted AFTER INSERT ON public.prescription REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.prescription__inserted();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER ledger_inserted;
CREATE TRIGGER ledger_priced BEFORE INSERT ON public.prescription FOR EACH ROW EXECUTE FUNCTION ledger.prescription__priced();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER ledger_priced;
CREATE TRIGGER ledger_truncated AFTER TRUNCATE ON public.bill FOR EACH STATEMENT EXECUTE FUNCTION ledger.bill__truncated();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER ledger_truncated;
CREATE TRIGGER ledger_truncated AFTER TRUNCATE ON public.payment FOR EACH STATEMENT EXECUTE FUNCTION ledger.payment__truncated();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER ledger_truncated;
CREATE TRIGGER ledger_truncated AFTER TRUNCATE ON public.stock_movement FOR EACH STATEMENT EXECUTE FUNCTION ledger.stock_movement__truncated();
ALTER TABLE public.stock_movement ENABLE ALWAYS TRIGGER ledger_truncated;
CREATE TRIGGER ledger_updated AFTER UPDATE ON public.inventory_item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.inventory_item__updated();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER ledger_updated;
CREATE TRIGGER ledger_updated AFTER UPDATE ON public.payment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.payment__updated();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER ledger_updated;
CREATE TRIGGER ledger_updated AFTER UPDATE ON public.prescription REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger.prescription__updated();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER ledger_updated;
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.bill REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.blocked_day REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.booking REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.inventory_item REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.medical_record REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.patient REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.payment REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.practitioner REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_deleted AFTER DELETE ON public.service REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION changes.rows__deleted();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.bill FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.booking FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.inventory_item FOR EACH ROW EXECUTE FUNCTION changes.row__updated('quantity', 'stock_status', 'search_text');
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.medical_record FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.patient FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.payment FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.practitioner FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER stamp_updated BEFORE UPDATE ON public.service FOR EACH ROW EXECUTE FUNCTION changes.row__updated();
CREATE TRIGGER track_deleted AFTER DELETE ON public.bill REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.bill__deleted();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.blocked_day REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.blocked_day__deleted();
ALTER TABLE public.blocked_day ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.booking REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.booking__deleted();
ALTER TABLE public.booking ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.day_close REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.day_close__deleted();
ALTER TABLE public.day_close ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.inventory_item REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.inventory_item__deleted();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.medical_record REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.medical_record__deleted();
ALTER TABLE public.medical_record ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.patient REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient__deleted();
ALTER TABLE public.patient ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.patient_reference REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient_reference__deleted();
ALTER TABLE public.patient_reference ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.payment REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.payment__deleted();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.practitioner REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.practitioner__deleted();
ALTER TABLE public.practitioner ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.prescription REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.prescription__deleted();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.service REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.service__deleted();
ALTER TABLE public.service ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_deleted AFTER DELETE ON public.working_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.working_hours__deleted();
ALTER TABLE public.working_hours ENABLE ALWAYS TRIGGER track_deleted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.bill REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.bill__inserted();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.blocked_day REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.blocked_day__inserted();
ALTER TABLE public.blocked_day ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.booking REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.booking__inserted();
ALTER TABLE public.booking ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.day_close REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.day_close__inserted();
ALTER TABLE public.day_close ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.inventory_item REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.inventory_item__inserted();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.medical_record REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.medical_record__inserted();
ALTER TABLE public.medical_record ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.patient REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient__inserted();
ALTER TABLE public.patient ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.patient_reference REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient_reference__inserted();
ALTER TABLE public.patient_reference ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.payment REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.payment__inserted();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.practitioner REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.practitioner__inserted();
ALTER TABLE public.practitioner ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.prescription REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.prescription__inserted();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.service REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.service__inserted();
ALTER TABLE public.service ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_inserted AFTER INSERT ON public.working_hours REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.working_hours__inserted();
ALTER TABLE public.working_hours ENABLE ALWAYS TRIGGER track_inserted;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.bill FOR EACH ROW EXECUTE FUNCTION stats.bill__replicated();
ALTER TABLE public.bill ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.booking FOR EACH ROW EXECUTE FUNCTION stats.booking__replicated();
ALTER TABLE public.booking ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.inventory_item FOR EACH ROW EXECUTE FUNCTION stats.inventory_item__replicated();
ALTER TABLE public.inventory_item ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.medical_record FOR EACH ROW EXECUTE FUNCTION stats.medical_record__replicated();
ALTER TABLE public.medical_record ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.patient FOR EACH ROW EXECUTE FUNCTION stats.patient__replicated();
ALTER TABLE public.patient ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.payment FOR EACH ROW EXECUTE FUNCTION stats.payment__replicated();
ALTER TABLE public.payment ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.practitioner FOR EACH ROW EXECUTE FUNCTION stats.practitioner__replicated();
ALTER TABLE public.practitioner ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_replicated AFTER INSERT OR DELETE OR UPDATE ON public.service FOR EACH ROW EXECUTE FUNCTION stats.service__replicated();
ALTER TABLE public.service ENABLE REPLICA TRIGGER track_replicated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.bill FOR EACH STATEMENT EXECUTE FUNCTION stats.bill__truncated();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.blocked_day FOR EACH STATEMENT EXECUTE FUNCTION stats.blocked_day__truncated();
ALTER TABLE public.blocked_day ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.booking FOR EACH STATEMENT EXECUTE FUNCTION stats.booking__truncated();
ALTER TABLE public.booking ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.day_close FOR EACH STATEMENT EXECUTE FUNCTION stats.day_close__truncated();
ALTER TABLE public.day_close ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.inventory_item FOR EACH STATEMENT EXECUTE FUNCTION stats.inventory_item__truncated();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.medical_record FOR EACH STATEMENT EXECUTE FUNCTION stats.medical_record__truncated();
ALTER TABLE public.medical_record ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.patient FOR EACH STATEMENT EXECUTE FUNCTION stats.patient__truncated();
ALTER TABLE public.patient ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.patient_reference FOR EACH STATEMENT EXECUTE FUNCTION stats.patient_reference__truncated();
ALTER TABLE public.patient_reference ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.payment FOR EACH STATEMENT EXECUTE FUNCTION stats.payment__truncated();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.practitioner FOR EACH STATEMENT EXECUTE FUNCTION stats.practitioner__truncated();
ALTER TABLE public.practitioner ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.prescription FOR EACH STATEMENT EXECUTE FUNCTION stats.prescription__truncated();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.service FOR EACH STATEMENT EXECUTE FUNCTION stats.service__truncated();
ALTER TABLE public.service ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_truncated AFTER TRUNCATE ON public.working_hours FOR EACH STATEMENT EXECUTE FUNCTION stats.working_hours__truncated();
ALTER TABLE public.working_hours ENABLE ALWAYS TRIGGER track_truncated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.bill REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.bill__updated();
ALTER TABLE public.bill ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.blocked_day REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.blocked_day__updated();
ALTER TABLE public.blocked_day ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.booking REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.booking__updated();
ALTER TABLE public.booking ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.day_close REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.day_close__updated();
ALTER TABLE public.day_close ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.inventory_item REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.inventory_item__updated();
ALTER TABLE public.inventory_item ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.medical_record REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.medical_record__updated();
ALTER TABLE public.medical_record ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.patient REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient__updated();
ALTER TABLE public.patient ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.patient_reference REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.patient_reference__updated();
ALTER TABLE public.patient_reference ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.payment REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.payment__updated();
ALTER TABLE public.payment ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.practitioner REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.practitioner__updated();
ALTER TABLE public.practitioner ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.prescription REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.prescription__updated();
ALTER TABLE public.prescription ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.service REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.service__updated();
ALTER TABLE public.service ENABLE ALWAYS TRIGGER track_updated;
CREATE TRIGGER track_updated AFTER UPDATE ON public.working_hours REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stats.working_hours__updated();
ALTER TABLE public.working_hours ENABLE ALWAYS TRIGGER track_updated;
CREATE CONSTRAINT TRIGGER fold_now_and_then AFTER INSERT ON stats.fold_due DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stats.fold_due__inserted();
ALTER TABLE stats.fold_due ENABLE ALWAYS TRIGGER fold_now_and_then;
ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_booking_exists FOREIGN KEY (booking_id) REFERENCES public.booking(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_patient_exists FOREIGN KEY (patient_id) REFERENCES public.patient(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.blocked_day
    ADD CONSTRAINT blocked_day_practitioner_exists FOREIGN KEY (practitioner_id) REFERENCES public.practitioner(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_patient_exists FOREIGN KEY (patient_id) REFERENCES public.patient(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_practitioner_exists FOREIGN KEY (practitioner_id) REFERENCES public.practitioner(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.booking
    ADD CONSTRAINT booking_service_exists FOREIGN KEY (service_id) REFERENCES public.service(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.day_close_line
    ADD CONSTRAINT day_close_line_day_close_exists FOREIGN KEY (day_close_id) REFERENCES public.day_close(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.medical_record
    ADD CONSTRAINT medical_record_booking_exists FOREIGN KEY (booking_id) REFERENCES public.booking(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.medical_record
    ADD CONSTRAINT medical_record_patient_exists FOREIGN KEY (patient_id) REFERENCES public.patient(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.medical_record
    ADD CONSTRAINT medical_record_practitioner_exists FOREIGN KEY (practitioner_id) REFERENCES public.practitioner(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_bill_exists FOREIGN KEY (bill_id) REFERENCES public.bill(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_item_exists FOREIGN KEY (item_id) REFERENCES public.inventory_item(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.stock_movement
    ADD CONSTRAINT stock_movement_item_exists FOREIGN KEY (item_id) REFERENCES public.inventory_item(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.temporary_password
    ADD CONSTRAINT temporary_password_user_exists FOREIGN KEY (user_id) REFERENCES public.auth_user(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.working_hours
    ADD CONSTRAINT working_hours_practitioner_exists FOREIGN KEY (practitioner_id) REFERENCES public.practitioner(id) ON DELETE CASCADE;
ALTER TABLE ONLY stats.metric
    ADD CONSTRAINT metric_subject_fkey FOREIGN KEY (subject) REFERENCES stats.tracked(subject);
