"""Reads that are asked together: exact, in order, and of one snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from clinic.bookings.models import Booking
from clinic.database.reads import Read, combine, fetch, instances, select, together
from clinic.inventory.models import Item
from tests.conftest import Connect
from tests.waiting import until

pytestmark = pytest.mark.django_db

Sql = psycopg.Connection[Any]
GATE = 359_014
HOW_MANY = select(lambda rows: rows[0]["n"], "select count(*) as n from patient")
A_GATE = select(len, "select pg_advisory_xact_lock(%s)::text", GATE)


def test_numbers_are_exact_and_rows_keep_their_order() -> None:
    rows = fetch(select(list, "select n, n * 0.1000 as tenth from generate_series(%s, 1, -1) n", 3))
    assert [(row["n"], str(row["tenth"])) for row in rows] == [(3, "0.3000"), (2, "0.2000"), (1, "0.1000")]
    assert fetch(select(list, "select 12345678901234567.89 as big")) == [{"big": Decimal("12345678901234567.89")}]


def test_several_reads_cost_one_query_and_none_costs_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    one, two = (select(len, "select from generate_series(1, %s)", n) for n in (1, 2))
    with django_assert_num_queries(1):
        assert together({"one": one, "both": combine(lambda *found: found, two, one), "none": combine(list)}) == {
            "one": 1,
            "both": (2, 1),
            "none": [],
        }
    with django_assert_num_queries(0):
        assert together({"none": combine(list)}) == {"none": []}


def test_an_instance_is_as_the_model_gives_it(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into patient (first_name, last_name) values ('Ada', 'O''Neill')")
        cursor.execute(
            "insert into booking (patient_id, date, start_time) select id, clock.today(), time '09:30' from patient"
            " union all select null, clock.today() + 1, null"
        )
        cursor.execute("insert into inventory_item (name, quantity, unit_price) values ('gauze', 2, 3.50)")
    fields = ("date", "start_time", "duration_minutes", "patient__first_name", "patient__last_name")
    visits = fetch(instances(Booking.objects.order_by("date"), *fields))
    with django_assert_num_queries(0):
        found = [(visit, visit.date, visit.start_time, visit.duration_minutes, str(visit.patient)) for visit in visits]
    asked = Booking.objects.select_related("patient").order_by("date")
    assert found == [(b, b.date, b.start_time, b.duration_minutes, str(b.patient)) for b in asked]
    (item,) = fetch(instances(Item.objects.filter(name="gauze"), "unit_price", "stock_status"))
    assert (item.unit_price, item.stock_status) == (Decimal("3.50"), "in_stock")
    assert item.quantity == 2  # not read above, hence asked for now


def one_by_one(reads: Mapping[str, Read[Any]]) -> dict[str, Any]:
    """The control: each read in a statement of its own."""
    return {name: fetch(read) for name, read in reads.items()}


@pytest.mark.parametrize(("ask", "more"), [(together, 0), (one_by_one, 1)], ids=["together", "one by one"])
def test_what_is_asked_together_is_of_one_snapshot(
    transactional_db: None, sql: Sql, connect: Connect, ask: Callable[..., dict[str, Any]], more: int
) -> None:
    gatekeeper = connect(name="gatekeeper")
    gatekeeper.execute("select pg_advisory_lock(%s)", [GATE])

    def change_meanwhile() -> None:
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and not granted"
        try:
            until(lambda: gatekeeper.execute(waiting, [GATE]).fetchone() == (1,), what="a reader before the gate")
            sql.execute("insert into patient (first_name) values ('Ada')")
        finally:
            gatekeeper.execute("select pg_advisory_unlock(%s)", [GATE])

    meanwhile = threading.Thread(target=change_meanwhile)
    meanwhile.start()
    found = ask({"before": HOW_MANY, "gate": A_GATE, "after": HOW_MANY})
    meanwhile.join()
    assert found["after"] == found["before"] + more
