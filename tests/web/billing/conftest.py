"""One patient with bills, and clients signed in as staff."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clinic.billing.models import Bill, Payment
from clinic.patients.models import Patient
from tests.web.bookings.conftest import ClientOf, client_of

__all__ = ["ClientOf", "client_of"]


@pytest.fixture
def ada(db: None) -> Patient:
    return Patient.objects.create(first_name="Żaneta", last_name="Łącka", phone="0170 1815")


@pytest.fixture
def bill(ada: Patient) -> Bill:
    """A bill of 100.00 on which nothing is paid."""
    made = Bill.objects.create(patient=ada, service_fee=Decimal(80), medicine_fee=Decimal(20))
    made.refresh_from_db()
    return made


def pay(bill: Bill, amount: str) -> None:
    """Write a payment down as a script would."""
    Payment.objects.create(bill=bill, amount=Decimal(amount))
    bill.refresh_from_db()
