"""A small clinic in which every state of every table occurs."""

from __future__ import annotations

SEED = """
insert into patient (first_name, last_name, registered_on, external_ref, archived_at) values
    ('Ada', 'Okafor', '2026-01-05', 'p1', null), ('Ben', 'Ruiz', '2026-01-05', 'p2', null),
    ('Cem', 'Aksoy', '2026-02-01', 'p3', null), ('Dia', 'Sen', '2026-02-01', 'p4', '2026-03-01'),
    ('Eve', 'Lund', clock.today(), 'p5', null), ('Finn', 'Moe', '2026-02-01', 'p6', null);
insert into practitioner (full_name, external_ref) values ('Dr. Grace Kim', 'd1'), ('Dr. Hugo Diaz', 'd2');
insert into service (name, price) values ('Consultation', 50), ('X-ray', 120);
insert into booking (patient_id, practitioner_id, service_id, date, start_time, status, external_ref) values
    (1, 1, 1, clock.today(), '09:00', 'confirmed', 'b1'), (1, 1, 1, clock.today(), '10:00', 'pending', 'b2'),
    (2, 1, 2, clock.today(), '11:00', 'in_consultation', 'b3'), (2, null, null, '2026-01-05', null, 'completed', 'b4'),
    (3, null, null, '2026-01-06', null, 'declined', 'b5'), (null, null, null, '2026-01-06', null, 'no_show', 'b6'),
    (null, 2, 1, clock.today() - 1, '09:00', 'cancelled', 'b7'),
    (5, 2, 1, clock.today() + 1, '09:00', 'confirmed', 'b8');
insert into medical_record (patient_id, booking_id, practitioner_id, visit_on, external_ref) values
    (2, 4, 1, '2026-01-05', 'r1'), (3, null, null, '2026-01-06', 'r2'), (4, 5, null, clock.today(), 'r3');
insert into bill (patient_id, booking_id, issued_on, service_fee, medicine_fee, discount, external_ref) values
    (2, 4, '2026-01-05', 80, 20, 0, 'i1'), (3, null, '2026-01-06', 60, 0, 10, 'i2'),
    (4, 5, '2026-01-06', 90, 0, 0, 'i3'), (4, null, clock.today(), 30, 0, 0, 'i4'),
    (4, null, clock.today(), 10, 0, 10, 'i5'), (3, null, '2026-01-05', 40, 0, 0, 'i6');
update bill set voided_at = now() where id = 4;
insert into payment (bill_id, amount, method, paid_on, external_ref) values
    (2, 50, 'cash', '2026-01-06', 'y1'), (3, 40, 'card', '2026-01-06', 'y2'), (3, -5, 'card', '2026-01-07', 'y3');
insert into inventory_item (sku, name, quantity, reorder_level, external_ref) values
    ('s1', 'Gauze', 100, 20, 's1'), ('s2', 'Ibuprofen', 5, 10, 's2'), ('s3', 'Syringe', 0, 10, 's3'),
    ('s4', 'Cast', 3, 0, 's4');
"""
"""Ids begin at 1 in each table, in the order written."""
