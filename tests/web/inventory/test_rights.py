"""What those see and change who may not do everything in the store; who may is in `tests/web/addresses.txt`."""

from __future__ import annotations

import pytest
from django.test import Client

from clinic.inventory.models import Item, StockMovement
from tests.web.patients.conftest import ClientOf

SENT_TO = (
    "/inventory/new/",
    "/inventory/1/edit/",
    "/inventory/1/adjust/",
    "/inventory/receive/",
    "/inventory/1/delete/",
)
EVERYTHING = {"name": "X", "unit_price": "1", "quantity": "1", "reorder_level": "1", "reason": "found", "number": "1"}


@pytest.fixture(autouse=True)
def item(db: None) -> Item:
    """One item, with the number 1."""
    return Item.objects.create(pk=1, name="Gauze", quantity=5)


@pytest.mark.parametrize("role", ["reception", "clinician", "cashier"])
def test_a_refused_change_moves_nothing(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    for address in SENT_TO:
        assert client.post(address, EVERYTHING).status_code == 403
    assert list(Item.objects.values_list("name", "quantity")) == [("Gauze", 5)]
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("address", SENT_TO)
def test_nobody_changes_nothing(client: Client, address: str) -> None:
    assert client.post(address, EVERYTHING)["Location"].startswith("/login/?next=/")
    assert list(Item.objects.values_list("name", "quantity")) == [("Gauze", 5)]


def test_who_may_not_see_the_ledger_sees_an_item_without_it(client_of: ClientOf) -> None:
    for role, is_shown in (("clinician", False), ("store", True)):
        assert ('id="ledger"' in client_of(role).get("/inventory/1/").content.decode()) is is_shown
