"""The lists answer from an index however many rows there are; the planner decides, on real statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from clinic.patients.duplicates import possible_duplicates
from clinic.patients.filters import PatientFilter
from clinic.patients.models import Patient
from clinic.records.filters import RecordFilter
from clinic.records.models import MedicalRecord
from tests.web.filling import but_former_references, filled

MANY = """
drop index patient_search; -- and made again below, which is much faster than row by row
insert into patient (first_name, last_name, phone, email, registered_on, birth_date, archived_at)
select md5(n::text), md5((n * 7)::text), '555 ' || lpad(n::text, 7, '0'), md5((n * 3)::text) || '@example.org',
       date '2000-01-01' + n % 9000, date '1950-01-01' + n % 25000, case when n % 1000 = 0 then now() end
  from generate_series(1, 40000) as n;
insert into medical_record (patient_id, visit_on, follow_up_on)
select id, registered_on, case when id % 500 = 0 then registered_on end from patient;
create index patient_search on patient using gin (search_text gin_trgm_ops) with (gin_pending_list_limit = 256);
analyze patient; analyze medical_record;
"""


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Forty thousand patients, each with a record."""
    with filled(django_db_blocker, MANY):
        yield


LISTS = [
    ("", "last_name", "patient_by_name"),
    ("", "-last_name", "patient_by_name"),
    ("", "birth_date", "patient_by_birth_date"),
    ("", "registered_on", "patient_by_registration"),
    ("show=archived", "last_name", "patient_archived_by_name"),
    ("q=c4ca4238", "last_name", "patient_search"),
    ("q=c4", "last_name", "patient_"),  # by name or by prefix, as the sampled statistics have it
    ("q=5550012345", "last_name", "patient_search"),
    ("q=c4ca4238+SYN-1", "last_name", "patient_search"),
]


@pytest.mark.usefixtures("many")
def test_a_page_of_patients_comes_from_an_index() -> None:
    order = {"last_name": ("last_name", "first_name", "id"), "-last_name": ("-last_name", "-first_name", "-id")}
    for query, sort, index in LISTS:
        rows = PatientFilter(QueryDict(query), queryset=Patient.objects.all()).qs.order_by(*order.get(sort, (sort,)))
        plan = rows[:50].explain()
        assert index in plan, f"{query} by {sort}:\n{plan}"
        assert "Seq Scan on" not in but_former_references(plan), f"{query} by {sort}:\n{plan}"


@pytest.mark.usefixtures("many")
def test_a_page_of_records_comes_from_an_index() -> None:
    for query in ("", "visit_from=2024-08-01", "q=c4ca4238", "follow_up=due"):
        rows = RecordFilter(QueryDict(query), queryset=MedicalRecord.objects.all()).qs.order_by("-visit_on", "-id")
        plan = rows[:50].explain()
        assert "Seq Scan on" not in but_former_references(plan), f"{query}:\n{plan}"


@pytest.mark.usefixtures("many")
def test_duplicates_are_looked_up_by_index() -> None:
    found = possible_duplicates(
        first_name="Ada",
        last_name="Lovelace",
        birth_date=date(1960, 5, 5),
        phone="+1 5550012345",
        email="ada@example.org",
    )
    plan = found.explain()
    assert plan.count("Bitmap Index Scan on patient_search") == 2, plan
    assert "Bitmap Index Scan on patient_by_birth_date" in plan, plan
    assert "Seq Scan on" not in but_former_references(plan), plan
