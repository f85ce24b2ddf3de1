"""What the dashboard and its parts read, and in how many queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from clinic.stats.catalogue import SECTIONS
from tests.web.test_dashboard import DAY_OF_THE_CLINIC, SEEN, ClientOf, client_of

__all__ = ["client_of"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rows_for_every_part")]

ASKED_BY = 3
"""Queries that tell who asks: the session, the user, and the user's rights."""
NUMBERS = {"stats.current", "stats.opening", "stats.trends"}
PARTS = {
    "/dashboard/stats/": NUMBERS,
    "/dashboard/trends/": NUMBERS,
    "/dashboard/today/": {'FROM "booking"', 'FROM "practitioner"'},
    "/dashboard/stock/": {'FROM "inventory_item"'},
    "/dashboard/charts/bookings/": {"stats.daily('{booking"},
    "/dashboard/charts/money/": {"stats.daily('{bill"},
    "/dashboard/activity/": {"stats.read_activity", "stats.check_up"},
}
"""Addresses of the parts that refresh by themselves, and what each reads."""
SOURCES = set[str]().union(*PARTS.values())
OF_SECTION = {
    "bookings": PARTS["/dashboard/today/"] | PARTS["/dashboard/charts/bookings/"],
    "inventory": PARTS["/dashboard/stock/"],
    "money": PARTS["/dashboard/charts/money/"],
}

ROWS_FOR_EVERY_PART = f"""
{DAY_OF_THE_CLINIC};
insert into service (name) values ('Check-up');
insert into patient (first_name) values ('Ada');
insert into booking (patient_id, service_id, practitioner_id, date, status)
    select (select max(id) from patient), (select max(id) from service), (select min(id) from practitioner),
           clock.today() + day, status
      from (values (0, 'confirmed'), (0, 'in_consultation'), (1, 'pending'), (2, 'pending')) as booked (day, status);
insert into bill (patient_id, service_fee, issued_on) select max(id), 10, clock.today() from patient;
insert into inventory_item (name, quantity, reorder_level) values ('gauze', 0, 0), ('gloves', 1, 5);
select stats.open_day(), stats.make_check_up();
"""


@pytest.fixture
def rows_for_every_part(db: None) -> None:
    """Rows in every list, so that what each of them costs is seen."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS_FOR_EVERY_PART)


def sources(queries: CaptureQueriesContext) -> set[str]:
    """What of the parts' sources some queries read."""
    return {source for source in SOURCES if any(source in query["sql"] for query in queries)}


@pytest.mark.parametrize("address", ["/", "/?tv=1"])
@pytest.mark.parametrize("role", SEEN)
def test_the_page_takes_at_most_four_queries(
    client_of: ClientOf, role: str, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(role)
    with django_assert_max_num_queries(ASKED_BY + 1):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("address", "reads"), PARTS.items())
def test_a_part_of_the_page_takes_one_query_and_reads_only_its_own(
    client_of: ClientOf, address: str, reads: set[str]
) -> None:
    client = client_of("manager")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == ASKED_BY + 1
    assert sources(queries) == reads


@pytest.mark.parametrize("role", SEEN)
def test_of_lists_and_charts_the_page_reads_only_what_the_role_may_see(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    asked = sources(queries)
    hidden = set[str]().union(*(theirs for section, theirs in OF_SECTION.items() if section not in SEEN[role]))
    assert not asked & hidden
    assert ("stats.check_up" in asked) == (len(SEEN[role]) == len(SECTIONS))
