"""Why stock moves: the words of the ledger, and how a change tells it which one applies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StockReason(TextChoices):
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

    @property
    def sign(self) -> int:
        """Whether it only adds (1) or only takes (-1); 0 goes both ways, as a script's own words do."""
        return 1 if self in ADDING else -1 if self in TAKING else 0


ADDING = frozenset({StockReason.OPENING, StockReason.DELIVERY, StockReason.RETURNED, StockReason.FOUND})
TAKING = frozenset(
    {StockReason.DISPENSED, StockReason.USED, StockReason.DAMAGED, StockReason.EXPIRED, StockReason.LOST}
)
"""The database holds scripts to the same (`ledger.sign_of` in `sql/230_stock_ledger.sql`)."""

FOUND = """
with recursive found as (
  (select reason from public.stock_movement where reason > '' order by reason limit 1)
  union all
  select (select m.reason from public.stock_movement as m where m.reason > found.reason order by m.reason limit 1)
    from found where found.reason is not null
)
select reason from found where reason is not null limit %s
"""
"""Leaps from one reason to the next by their index: as many steps as reasons, however long the ledger."""
MOST = 100


def words_of(reason: str) -> str:
    """Write one of the application's reasons as people read it, and a script's as it is."""
    return str(dict(StockReason.choices).get(reason, reason))


def reasons_to_choose() -> list[tuple[str, str]]:
    """List the application's reasons, then those that scripts gave."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [MOST])
        found = [reason for (reason,) in cursor.fetchall()]
    known = [(value, str(label)) for value, label in StockReason.choices]
    return known + [(reason, reason) for reason in found if reason not in StockReason.values]


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
