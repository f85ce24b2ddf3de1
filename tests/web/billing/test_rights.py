"""What a page offers of bills and payments, by who reads it; who may open one is in `tests/web/addresses.txt`."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from clinic.billing.models import Bill, Payment
from clinic.patients.models import Patient
from tests.web.billing.conftest import ClientOf

BUTTONS = {"/bills/1/edit/", "/bills/1/pay/", "/bills/1/paid/", "/bills/1/refund/"}
BILLS, NEW_BILL, THE_BILL = 'href="/bills/"', "/bills/new/?patient=1", 'href="/bills/1/"'


@pytest.fixture(autouse=True)
def rows(db: None) -> None:
    """One bill, numbered 1, partly paid."""
    bill = Bill.objects.create(pk=1, patient=Patient.objects.create(pk=1, first_name="Ada"), service_fee=100)
    Payment.objects.create(pk=1, bill=bill, amount=40, method="card", reference="R-40")


@pytest.mark.parametrize("role", ["manager", "cashier"])
def test_a_bills_page_offers_what_its_reader_may_do(client_of: ClientOf, role: str) -> None:
    page = client_of(role).get("/bills/1/").content.decode()
    assert {address for address in BUTTONS if address in page} == BUTTONS


def test_who_may_only_see_bills_sees_no_payment_and_no_button(client_of: ClientOf) -> None:
    client = client_of("store")
    let_see_bills("store")
    page = client.get("/bills/1/").content.decode()
    assert [address for address in (*BUTTONS, "/bills/1/void/") if address in page] == []
    assert "R-40" not in page


@pytest.mark.parametrize("address", ["/bills/1/pdf/", "/payments/1/receipt/", "/patients/1/statement/pdf/"])
def test_who_may_only_see_bills_prints_no_payment(client_of: ClientOf, address: str) -> None:
    client = client_of("store")
    let_see_bills("store")
    assert client.get("/bills/1/").status_code == 200
    assert client.get(address).status_code == 403


def let_see_bills(username: str) -> None:
    """Give somebody the rights to see bills and patients, and none to see payments."""
    seen = Permission.objects.filter(codename__in=["view_bill", "view_patient"])
    User.objects.get(username=username).user_permissions.add(*seen)


@pytest.mark.parametrize(
    ("role", "may_see_bills"),
    [("manager", True), ("cashier", True), ("reception", False), ("clinician", False), ("store", False)],
)
def test_links_to_bills_are_for_those_who_may_follow_them(client_of: ClientOf, role: str, may_see_bills: bool) -> None:
    client = client_of(role)
    assert (BILLS in client.get("/").content.decode()) == may_see_bills
    patient = client.get("/patients/1/").content.decode()
    assert [link in patient for link in (NEW_BILL, THE_BILL)] == [may_see_bills] * 2
