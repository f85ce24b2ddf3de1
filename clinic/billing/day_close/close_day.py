"""Close a day: keep its takings and what was counted as a sheet that never changes.

The second of two who close one day at once is not given number 2 unasked: both counted the same drawer, so
the second reads what the first counted and decides whether another sheet is needed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.billing.day_close.takings import Takings
from clinic.billing.models import DayClose, DayCloseLine, PaymentMethod
from clinic.errors import ClinicError
from clinic.money import written
from clinic.screens.conflicts import moment
from clinic.screens.refusals import constraint_of

ONCE_A_DAY = "day_close_number_is_given_once_a_day"


class ClosedMeanwhileError(ClinicError):
    """Somebody closed this day meanwhile; look at their sheet before you close again."""


class DayToComeError(ClinicError):
    """This day has not begun; close it when its money is in the drawer."""


class TakingsMovedError(ClinicError):
    """Cash was taken or given back while you counted; count again, then close."""


@transaction.atomic
def close_day(day: date, counted: Decimal, note: str = "", *, seen: str = "") -> DayClose:
    """Keep a sheet of the day; `seen` is the drawer as the page showed it (`drawer`), none to close regardless.

    A payment that is still being taken is not on the sheet, and is "since closing" as soon as it is committed.
    Raises `ClosedMeanwhileError`, `TakingsMovedError` or `DayToComeError`.
    """
    if day > timezone.localdate():
        raise DayToComeError
    last, now = last_sheet(day), Takings(day)
    number = (last.number if last else 0) + 1
    if seen and seen != drawer(last, now):
        raise _what_happened(last, now, seen)
    sheet = _new_sheet(DayClose(day=day, number=number, note=note.strip(), payment_ids=[p.pk for p in now.payments]))
    DayCloseLine.objects.bulk_create(
        DayCloseLine(
            day_close=sheet,
            method=taking.method,
            expected=taking.amount,
            counted=counted if taking.method == PaymentMethod.CASH else None,
        )
        for taking in now.by_method
    )
    return sheet


def last_sheet(day: date) -> DayClose | None:
    """Return the day's newest sheet."""
    return DayClose.objects.filter(day=day).order_by("-number").first()


def drawer(last: DayClose | None, now: Takings) -> str:
    """Spell what a form shows of the day, to be compared when it is sent: the last sheet and the cash."""
    return f"{last.number if last else 0}/{now.cash}"


def _new_sheet(sheet: DayClose) -> DayClose:
    # The unique number makes the second wait for the first, and then fail.
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) != ONCE_A_DAY:
            raise
        raise _closed_meanwhile(DayClose.objects.get(day=sheet.day, number=sheet.number)) from error
    return sheet


def _what_happened(last: DayClose | None, now: Takings, seen: str) -> ClinicError:
    if last and seen.partition("/")[0] != str(last.number):
        return _closed_meanwhile(last)
    words = _("Cash moved while you counted: %(cash)s should be there now. Count again, then close.")
    return TakingsMovedError(words % {"cash": written(now.cash)})


def _closed_meanwhile(sheet: DayClose) -> ClosedMeanwhileError:
    words = _(
        "%(who)s closed this day at %(when)s as sheet %(number)d and counted %(counted)s. "
        "Nothing was kept twice; close again only if you counted again."
    )
    counted = (sheet.cash and sheet.cash.counted) or Decimal(0)
    said = {"who": sheet.closed_by, "when": moment(sheet.closed_at), "number": sheet.number}
    return ClosedMeanwhileError(words % {**said, "counted": written(counted)})
