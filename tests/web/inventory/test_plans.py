"""At many movements each list of them is answered by an index, and so is the warning of a delivery note."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from clinic.inventory.filters import AllMovementsFilter
from clinic.inventory.models import Item, StockMovement
from clinic.inventory.reasons import FOUND
from tests.web.filling import filled

ITEMS, MOVES = 500, 80
MANY = """
insert into inventory_item (name, sku, quantity)
select md5(n::text), 'S-' || n, 1 + {moves} from generate_series(1, {items}) as n;
insert into stock_movement (item_id, change, reason, source)
select id, 1, 'opening', 'clinic-pulse' from inventory_item order by id;
insert into stock_movement (item_id, change, reason, note, source)
select id, 1, case when n % 2 = 0 then 'delivery' else 'returned' end, 'D-' || n, 'user ' || n % 20
  from inventory_item, generate_series(1, {moves}) as n order by n, id;
analyze inventory_item; analyze stock_movement;
"""


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Forty thousand movements of five hundred items, forty deliveries and twenty hands."""
    with filled(django_db_blocker, MANY.format(items=ITEMS, moves=MOVES)):
        assert StockMovement.objects.count() == ITEMS * (MOVES + 1)
        yield


LISTS = [
    ("", "stock_movement_by_time"),
    ("reason=opening", "stock_movement_by_reason"),
    ("reason=delivery", "stock_movement_by_"),
    ("who=USER 7", "stock_movement_by_"),
    ("who=nobody", "stock_movement_by_source"),
    ("q=S-499", "stock_movement_of_item"),
]


@pytest.mark.usefixtures("many")
def test_a_page_of_movements_comes_from_an_index() -> None:
    rows = StockMovement.objects.select_related("item")
    for query, index in LISTS:
        plan = AllMovementsFilter(QueryDict(query), queryset=rows).qs.order_by("-made_at", "-id")[:50].explain()
        assert index in plan, f"{query}:\n{plan}"
        assert "Seq Scan on stock_movement" not in plan, f"{query}:\n{plan}"


@pytest.mark.usefixtures("many")
def test_an_items_ledger_comes_from_its_index() -> None:
    item = Item.objects.latest("id")
    plan = item.movements.order_by("-made_at", "-id")[:20].explain()
    assert "stock_movement_of_item" in plan, plan


@pytest.mark.usefixtures("many")
def test_a_delivery_note_is_looked_up_by_its_index() -> None:
    same = StockMovement.objects.filter(reason="delivery", note="D-40").order_by("-made_at", "-id")
    assert "stock_movement_by_note" in same[:1].explain()


@pytest.mark.usefixtures("many")
def test_the_reasons_are_found_by_leaps_whatever_the_length_of_the_ledger() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, buffers) {FOUND}", [100])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on stock_movement" not in plan, plan
    assert plan.count("stock_movement_by_reason") == 2, plan
