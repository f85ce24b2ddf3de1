"""A cashier at the forms of bills, and what comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from clinic.billing.models import Bill
from tests.web.billing.conftest import ClientOf
from tests.web.forms import form_of


@pytest.fixture
def cashier(client_of: ClientOf) -> Client:
    return client_of("cashier")


def act(client: Client, address: str, **said: Any) -> HttpResponse:
    """Open a form, change some of its inputs, send it."""
    return client.post(address, form_of(client.get(address)) | said)


def overtaken(client: Client, address: str, statement: str, **said: Any) -> HttpResponse:
    """Open a form, let a script be faster, and send what was typed; require that it is to be reviewed."""
    form = form_of(client.get(address)) | said
    by_a_script(statement)
    refused = client.post(address, form)
    assert refused.status_code == 409
    return refused


def by_a_script(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local application_name = 'import.py'; {statement}")


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def told(client: Client, bill: Bill) -> str:
    """Read the bill's page, where refusals of buttons are said."""
    return words(client.get(f"/bills/{bill.pk}/"))


def now(bill: Bill) -> tuple[str, Decimal]:
    bill.refresh_from_db()
    return bill.status, bill.amount_paid
