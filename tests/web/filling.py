"""Fill tables with many rows once for all tests of a module; nothing of it is ever committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def filled(blocker: DjangoDbBlocker, *statements: str) -> Iterator[None]:
    """Run statements in a transaction that ends, and takes all back, after the module's last test."""
    with blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def but_former_references(plan: str) -> str:
    """Leave out of a plan the table of merged patients' former references, which is read whole while it is empty."""
    return plan.replace("Seq Scan on patient_reference", "")
