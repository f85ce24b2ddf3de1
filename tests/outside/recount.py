"""The numbers counted again from the rows, in plain SQL that shares nothing with the product's."""

from __future__ import annotations

import re
from typing import Any

import psycopg

RECOUNT = """
with owed as (
    select b.voided_at is not null as void,
           b.service_fee + b.medicine_fee + b.other_fee - b.discount as billed,
           (select coalesce(sum(p.amount), 0) from payment p where p.bill_id = b.id) as paid
      from bill b
), due as (
    select * from owed where not void
), accepted as (
    select date from booking where status in ('confirmed', 'in_consultation', 'completed')
)
select 'appointments_total', (select count(*)::text from accepted)
union all select 'appointments_today', (select count(*)::text from accepted where date = %(today)s)
union all select 'bookings_total', (select count(*)::text from booking)
union all select 'bookings_pending', (select count(*)::text from booking where status = 'pending')
union all select 'bookings_confirmed',
    (select count(*)::text from booking where status in ('confirmed', 'in_consultation'))
union all select 'bookings_completed', (select count(*)::text from booking where status = 'completed')
union all select 'patients_total', (select count(*)::text from patient where archived_at is null)
union all select 'medical_records_total', (select count(*)::text from medical_record)
union all select 'inventory_items_total', (select count(*)::text from inventory_item)
union all select 'inventory_low_stock',
    (select count(*)::text from inventory_item where quantity between 1 and reorder_level)
union all select 'inventory_out_of_stock', (select count(*)::text from inventory_item where quantity = 0)
union all select 'bills_total', (select count(*)::text from due)
union all select 'bills_paid', (select count(*)::text from due where paid = billed)
union all select 'bills_unpaid', (select count(*)::text from due where paid = 0 and billed > 0)
union all select 'bills_partially_paid', (select count(*)::text from due where paid > 0 and paid < billed)
union all select 'revenue_total', (select round(coalesce(sum(paid), 0), 2)::text from due where paid = billed)
union all select 'amount_billed_total', (select round(coalesce(sum(billed), 0), 2)::text from due)
union all select 'amount_paid_total', (select round(coalesce(sum(paid), 0), 2)::text from due)
union all select 'balance_outstanding', (select round(coalesce(sum(billed - paid), 0), 2)::text from due)
"""


def recount(connection: psycopg.Connection[Any], today: str) -> dict[str, str]:
    """Count the rows, taking a given day for today."""
    return dict(connection.execute(RECOUNT, {"today": today}).fetchall())


def current(connection: psycopg.Connection[Any], today: str) -> dict[str, str]:
    """Read what the clinic's statistics say, taking a given day for today."""
    connection.execute("select set_config('clock.now', %s, false)", [f"{today} 12:00+00"])
    keys = re.findall(r"select '(\w+)',", RECOUNT)
    values = "select key, value::text from stats.current where key = any (%s)"
    return dict(connection.execute(values, [keys]).fetchall())
