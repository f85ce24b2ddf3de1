"""Fill tables with many rows once for all tests of a module; nothing of it is ever committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.emptying import COUNTED

WITHOUT_TRIGGERS = "".join(f"alter table {table} disable trigger all;" for table in COUNTED.split(", "))
"""For rows that are only read: what triggers add to a row is to be written with it, and nothing is counted."""


@contextmanager
def filled(blocker: DjangoDbBlocker, *statements: str) -> Iterator[None]:
    """Run statements without triggers, in a transaction that takes all back after the module's last test."""
    with blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            for statement in (WITHOUT_TRIGGERS, *statements):
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def but_former_references(plan: str) -> str:
    """Leave out of a plan the table of merged patients' former references, which is read whole while it is empty."""
    return plan.replace("Seq Scan on patient_reference", "")
