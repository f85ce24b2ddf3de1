"""Every address of the store, looked at and sent to, for every role and for nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from clinic.inventory.models import Item, StockMovement
from clinic.staff.roles import ROLES
from tests.web.patients.conftest import ClientOf

LOOKED_AT = {
    "/inventory/": "inventory.view_item",
    "/inventory/?export=csv": "inventory.view_item",
    "/inventory/reorder/": "inventory.view_item",
    "/inventory/reorder/?export=csv": "inventory.view_item",
    "/inventory/1/": "inventory.view_item",
    "/inventory/movements/": "inventory.view_stockmovement",
    "/inventory/movements/?export=csv": "inventory.view_stockmovement",
    "/inventory/1/movements/": "inventory.view_stockmovement",
    "/inventory/new/": "inventory.add_item",
    "/inventory/1/edit/": "inventory.change_item",
    "/inventory/1/adjust/": "inventory.change_item",
    "/inventory/receive/": "inventory.change_item",
    "/inventory/receive/note/": "inventory.change_item",
    "/inventory/1/delete/": "inventory.delete_item",
    "/desk/changed/inventory_item/1/?since=": "inventory.view_item",
}
SENT_TO = {
    "/inventory/new/": "inventory.add_item",
    "/inventory/1/edit/": "inventory.change_item",
    "/inventory/1/adjust/": "inventory.change_item",
    "/inventory/receive/": "inventory.change_item",
    "/inventory/1/delete/": "inventory.delete_item",
}
READ_ONLY = ("/inventory/", "/inventory/reorder/", "/inventory/1/", "/inventory/movements/", "/inventory/1/movements/")
EVERYTHING = {"name": "X", "unit_price": "1", "quantity": "1", "reorder_level": "1", "reason": "found", "number": "1"}


@pytest.fixture(autouse=True)
def item(db: None) -> Item:
    """One item, with the number 1."""
    return Item.objects.create(pk=1, name="Gauze", quantity=5)


def granted(role: str) -> set[str]:
    return {
        f"{app_model.split('.')[0]}.{action}_{app_model.split('.')[1]}"
        for app_model, actions in ROLES[role].items()
        for action in actions
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_permission_table_grants_and_nothing_else(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    opened = {address for address in LOOKED_AT if client.get(address).status_code == 200}
    assert opened == {address for address, right in LOOKED_AT.items() if right in granted(role)}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_changes_what_the_permission_table_grants_and_nothing_else(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    let_in = {address for address in SENT_TO if client.post(address, EVERYTHING).status_code != 403}
    assert let_in == {address for address, right in SENT_TO.items() if right in granted(role)}


@pytest.mark.parametrize("role", sorted(role for role in ROLES if "inventory.change_item" not in granted(role)))
def test_a_refused_change_moves_nothing(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    for address in SENT_TO:
        assert client.post(address, EVERYTHING).status_code == 403
    assert list(Item.objects.values_list("name", "quantity")) == [("Gauze", 5)]
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("address", LOOKED_AT)
def test_nobody_is_sent_to_the_sign_in_page(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/login/?next=/")


@pytest.mark.parametrize("address", SENT_TO)
def test_nobody_changes_nothing(client: Client, address: str) -> None:
    assert client.post(address, EVERYTHING)["Location"].startswith("/login/?next=/")
    assert list(Item.objects.values_list("name", "quantity")) == [("Gauze", 5)]


@pytest.mark.parametrize("address", READ_ONLY)
def test_a_list_cannot_be_sent_to(client_of: ClientOf, address: str) -> None:
    assert client_of("store").post(address).status_code == 405


def test_who_may_not_see_the_ledger_sees_an_item_without_it(client_of: ClientOf) -> None:
    for role, is_shown in (("clinician", False), ("store", True)):
        assert ('id="ledger"' in client_of(role).get("/inventory/1/").content.decode()) is is_shown
