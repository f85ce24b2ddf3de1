"""At many bills each list of them is answered by an index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from clinic.billing.filters import BillFilter
from clinic.billing.models import Bill, Payment
from tests.web.filling import filled

MANY = """
insert into patient (first_name, last_name)
select md5(n::text), md5((n * 7)::text) from generate_series(1, 4000) as n;
insert into bill (patient_id, issued_on, service_fee, voided_at, external_ref, amount_paid)
select p.id, date '2000-01-01' + (n * 7) % 9000, 10 + n % 5000, case when n % 100 = 0 then now() end, 'SYN-' || n,
       case when n % 100 = 0 or n % 50 = 1 then 0 when n % 10 = 0 then 5 else 10 + n % 5000 end
  from generate_series(1, 40000) as n
       join (select id, row_number() over (order by id) as place from patient) as p on p.place = 1 + n % 4000;
insert into payment (bill_id, amount, paid_on)
select id, amount_paid, issued_on from bill where amount_paid > 0 order by id;
analyze patient; analyze bill; analyze payment;
"""
NEWEST = ("-issued_on", "-id")


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Forty thousand bills of ten years, most of them paid, one in fifty not at all."""
    with filled(django_db_blocker, MANY):
        yield


LISTS = [
    ("", NEWEST),
    ("", ("issued_on", "id")),
    ("", ("total_amount",)),
    ("status=open", NEWEST),
    ("status=unpaid", NEWEST),
    ("status=paid", NEWEST),
    ("status=void", NEWEST),
    ("issued_from=2024-01-01", NEWEST),
    ("issued_to=2000-03-01", NEWEST),
    ("issued_from=2010-01-01&issued_to=2010-01-31&status=open", NEWEST),
    ("total_from=4990", ("-total_amount",)),
    ("total_to=15", ("total_amount",)),
    ("q=SYN-4711", NEWEST),
    ("q=c4ca4238", NEWEST),
]


@pytest.mark.usefixtures("many")
def test_a_page_of_bills_comes_from_an_index() -> None:
    rows = Bill.objects.select_related("patient")
    numbered = f"q=%23{Bill.objects.latest('id').pk}"
    for query, order in (*LISTS, (numbered, NEWEST)):
        plan = BillFilter(QueryDict(query), queryset=rows).qs.order_by(*order)[:50].explain()
        assert "Seq Scan on bill" not in plan, f"{query} by {order}:\n{plan}"


@pytest.mark.usefixtures("many")
def test_a_bill_and_a_patients_account_are_read_by_index() -> None:
    bill = Bill.objects.latest("id")
    of_bill = Payment.objects.filter(bill=bill).order_by("-paid_on", "-id").explain()
    of_patient = Bill.objects.filter(patient=bill.patient_id).order_by("issued_on", "id").explain()
    assert "Seq Scan" not in of_bill, of_bill
    assert "Seq Scan" not in of_patient, of_patient
