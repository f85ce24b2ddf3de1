"""The clinic behind `addresses.txt`: one row of each kind, numbered 1, and one user of each role."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.db import connection

COLUMNS = ("manager", "reception", "clinician", "cashier", "store", "nobody")
ROWS = """
insert into patient (id, first_name) values (1, 'Ada');
insert into practitioner (id, full_name) values (1, 'Noor');
insert into service (id, name, price) values (1, 'Check', 60);
insert into booking (id, date, patient_id) values (1, '2030-01-02', 1);
insert into blocked_day (id, first_day, last_day) values (1, '2030-01-01', '2030-01-01');
insert into medical_record (id, patient_id) values (1, 1);
insert into inventory_item (id, name, quantity) values (1, 'Gauze', 5);
insert into prescription (id, record_id, item_id, quantity) values (1, 1, 1, 1);
insert into bill (id, patient_id, service_fee) values (1, 1, 100);
insert into payment (id, bill_id, amount, method) values (1, 1, 40, 'card');
insert into day_close (id, day) values (1, '2020-01-01');
"""


def furnish() -> dict[str, User]:
    """Make the rows and the users; returns these by the name of their role. Account 1 has none."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
    User.objects.create(pk=1, username="mia")
    users = {name: User.objects.create(pk=pk, username=name) for pk, name in enumerate(COLUMNS[:-1], 2)}
    for name, user in users.items():
        user.groups.add(Group.objects.get(name=name))
    return users
