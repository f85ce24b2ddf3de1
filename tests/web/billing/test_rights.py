"""Every address of bills and payments, looked at and sent, for every role and for nobody."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from clinic.billing.models import Bill, Payment
from clinic.patients.models import Patient
from clinic.staff.roles import ROLES
from tests.web.billing.conftest import ClientOf

GETS = {
    "/bills/": "billing.view_bill",
    "/bills/1/": "billing.view_bill",
    "/bills/new/?patient=1": "billing.add_bill",
    "/bills/medicine/": "billing.add_bill",
    "/bills/1/edit/": "billing.change_bill",
    "/bills/1/void/": "billing.void_bill",
    "/bills/1/pay/": "billing.add_payment",
    "/bills/1/refund/": "billing.refund_payment",
    "/desk/changed/bill/1/?since=": "billing.view_bill",
}
POSTS = {address: right for address, right in GETS.items() if not right.endswith(".view_bill")}
del POSTS["/bills/medicine/"]  # a list
POSTS["/bills/medicine/1/"] = "billing.add_bill"
POSTS["/bills/1/paid/"] = "billing.add_payment"
BUTTONS = {
    "/bills/1/edit/": "billing.change_bill",
    "/bills/1/pay/": "billing.add_payment",
    "/bills/1/paid/": "billing.add_payment",
    "/bills/1/refund/": "billing.refund_payment",
}
ONLY_BILLS = "view_bill"


@pytest.fixture(autouse=True)
def rows(db: None) -> None:
    """One bill, numbered 1, partly paid."""
    bill = Bill.objects.create(pk=1, patient=Patient.objects.create(pk=1, first_name="Ada"), service_fee=100)
    Payment.objects.create(bill=bill, amount=40, method="card", reference="R-40")


def granted(role: str) -> set[str]:
    return {
        f"{app_model.split('.')[0]}.{action}_{app_model.split('.')[1]}"
        for app_model, actions in ROLES[role].items()
        for action in actions
    }


def allowed(addresses: dict[str, str], role: str) -> set[str]:
    return {address for address, right in addresses.items() if right in granted(role)}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_permission_table_grants_and_nothing_else(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    opened = {address for address in GETS if client.get(address).status_code == 200}
    refused = {address for address in GETS if client.get(address).status_code == 403}
    assert opened == allowed(GETS, role)
    assert refused == GETS.keys() - opened


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sends_what_the_permission_table_grants_and_nothing_else(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    taken = {address for address in POSTS if client.post(address).status_code != 403}
    assert taken == allowed(POSTS, role)


@pytest.mark.parametrize("role", [role for role in ROLES if "billing.view_bill" in granted(role)])
def test_a_bills_page_offers_what_its_reader_may_do(client_of: ClientOf, role: str) -> None:
    page = client_of(role).get("/bills/1/").content.decode()
    assert {address for address in BUTTONS if address in page} == allowed(BUTTONS, role)


def test_who_may_only_see_bills_sees_no_payment_and_no_button(client_of: ClientOf) -> None:
    client = client_of("store")
    user = User.objects.get(username="store")
    user.user_permissions.add(Permission.objects.get(codename=ONLY_BILLS, content_type__app_label="billing"))
    page = client.get("/bills/1/").content.decode()
    assert [address for address in (*BUTTONS, "/bills/1/void/") if address in page] == []
    assert "R-40" not in page


@pytest.mark.parametrize("address", POSTS)
def test_nobody_is_sent_to_the_sign_in_page(client: Client, address: str) -> None:
    assert client.post(address)["Location"].startswith("/login/?next=/")


def test_looking_takes_nothing(client_of: ClientOf) -> None:
    assert client_of("manager").get("/bills/1/paid/").status_code == 405


@pytest.mark.parametrize("role", ROLES)
def test_links_to_bills_are_for_those_who_may_follow_them(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    assert ('href="/bills/"' in client.get("/").content.decode()) == ("billing.view_bill" in granted(role))
    patient = client.get("/patients/1/").content.decode()
    assert ("/bills/new/?patient=1" in patient) == ("billing.add_bill" in granted(role))
    assert ('href="/bills/1/"' in patient) == ("billing.view_bill" in granted(role))
