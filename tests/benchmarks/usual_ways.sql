-- Four usual ways of counting the same bookings and bills, each as good as its kind allows.
-- A way is switched on by enabling the triggers that bear its name.

create schema usual;

-- The counter: one row, updated in place.
create table usual.counter (bookings bigint, pending bigint, confirmed bigint, paid numeric) with (fillfactor = 50);
insert into usual.counter values (0, 0, 0, 0);
-- The same in a hundred slots, of which each session takes one at random.
create table usual.slot (
    slot int primary key, bookings bigint default 0, pending bigint default 0, confirmed bigint default 0,
    paid numeric default 0
) with (fillfactor = 50);
insert into usual.slot (slot) select generate_series(0, 99);
-- The same as an inbox that is only appended to.
create table usual.change (id bigint generated always as identity, bookings bigint, pending bigint, confirmed bigint, paid numeric);

create function usual.row_booking() returns trigger language plpgsql as $$
begin
    update usual.counter
       set bookings = bookings + (tg_op = 'INSERT')::int,
           pending = pending + (new.status = 'pending')::int - (tg_op = 'UPDATE' and old.status = 'pending')::int,
           confirmed = confirmed + (new.status = 'confirmed')::int - (tg_op = 'UPDATE' and old.status = 'confirmed')::int;
    notify usual;
    return null;
end $$;
create function usual.row_bill() returns trigger language plpgsql as $$
begin
    update usual.counter set paid = paid + new.amount_paid - old.amount_paid;
    notify usual;
    return null;
end $$;

create function usual.slotted_booking() returns trigger language plpgsql as $$
begin
    update usual.slot
       set bookings = bookings + (tg_op = 'INSERT')::int,
           pending = pending + (new.status = 'pending')::int - (tg_op = 'UPDATE' and old.status = 'pending')::int,
           confirmed = confirmed + (new.status = 'confirmed')::int - (tg_op = 'UPDATE' and old.status = 'confirmed')::int
     where slot = pg_backend_pid() % 100;
    if tg_argv[0] = 'loud' then notify usual; end if;
    return null;
end $$;
create function usual.slotted_bill() returns trigger language plpgsql as $$
begin
    update usual.slot set paid = paid + new.amount_paid - old.amount_paid where slot = pg_backend_pid() % 100;
    if tg_argv[0] = 'loud' then notify usual; end if;
    return null;
end $$;

create function usual.statement_booking_inserted() returns trigger language plpgsql as $$
begin
    insert into usual.change (bookings, pending, confirmed)
    select count(*), count(*) filter (where status = 'pending'), count(*) filter (where status = 'confirmed') from new_rows;
    notify usual;
    return null;
end $$;
create function usual.statement_booking_updated() returns trigger language plpgsql as $$
begin
    insert into usual.change (pending, confirmed)
    select sum(n) filter (where status = 'pending'), sum(n) filter (where status = 'confirmed')
      from (select 1 as n, status from new_rows union all select -1, status from old_rows) as moved;
    notify usual;
    return null;
end $$;
create function usual.statement_bill() returns trigger language plpgsql as $$
begin
    insert into usual.change (paid)
    select sum(paid) from (select amount_paid as paid from new_rows union all select -amount_paid from old_rows) as moved;
    notify usual;
    return null;
end $$;

create trigger row_booking after insert or update on booking for each row execute function usual.row_booking();
create trigger row_bill after update on bill for each row execute function usual.row_bill();
create trigger slotted_booking after insert or update on booking for each row execute function usual.slotted_booking('loud');
create trigger slotted_bill after update on bill for each row execute function usual.slotted_bill('loud');
create trigger silent_booking after insert or update on booking for each row execute function usual.slotted_booking('silent');
create trigger silent_bill after update on bill for each row execute function usual.slotted_bill('silent');
create trigger statement_inserted after insert on booking referencing new table as new_rows
    for each statement execute function usual.statement_booking_inserted();
create trigger statement_updated after update on booking referencing old table as old_rows new table as new_rows
    for each statement execute function usual.statement_booking_updated();
create trigger statement_bill after update on bill referencing old table as old_rows new table as new_rows
    for each statement execute function usual.statement_bill();
