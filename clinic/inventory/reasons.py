"""Why stock moves: the words of the ledger, and how a change tells it which one applies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """The reasons that the application gives; a script may say any other (`clinic.stock_reason`)."""

    OPENING = "opening", _("opening")
    DELIVERY = "delivery", _("delivery")
    DISPENSED = "dispensed", _("dispensed")
    RETURNED = "returned", _("returned")
    COUNTED = "counted", _("counted")
    USED = "used", _("used in the clinic")
    DAMAGED = "damaged", _("damaged")
    EXPIRED = "expired", _("expired")
    LOST = "lost", _("lost")
    FOUND = "found", _("found")
    ADJUSTMENT = "adjustment", _("adjustment")


@contextmanager
def stock_reason(reason: str, note: str = "") -> Iterator[None]:
    """Have the ledger say why, until the end of the block; needs a transaction.

    When the block raises, the transaction is lost, and the words with it.
    """
    _tell_ledger(reason, note)
    yield
    _tell_ledger("", "")


def _tell_ledger(reason: str, note: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('clinic.stock_reason', %s, true), set_config('clinic.stock_note', %s, true)",
            [reason, note],
        )
