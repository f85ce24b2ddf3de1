"""Two people close one day, and one closes it while money is being taken; each with its control."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinic.billing.day_close.close_day import ClosedMeanwhileError, close_day
from clinic.billing.day_close.takings import since_closing
from clinic.billing.models import Bill, DayClose, Payment
from clinic.billing.record_payment import record_payment
from tests.concurrency.billing.test_collisions import Act, as_grace, pays
from tests.concurrency.bookings.collision import Rival, collide
from tests.waiting import until


@pytest.fixture(autouse=True)
def no_sheets(committed: None) -> None:
    """Begin without sheets, which the truncated tables do not take with them."""
    DayClose.objects.all().delete()


def closes(counted: int) -> Act:
    return lambda: close_day(timezone.localdate(), Decimal(counted))


def without_looking(number: int) -> Act:
    """Keep a sheet under the number that was free when the page was read."""
    return lambda: DayClose.objects.create(number=number)


def test_of_two_who_close_a_day_the_second_reads_what_the_first_counted(bill: Bill) -> None:
    pays(bill, 60)()
    told = collide(as_grace(closes(60)), closes(59))
    assert isinstance(told, ClosedMeanwhileError)
    assert str(told).startswith("grace closed this day at ")
    assert "as sheet 1 and counted €60.00" in str(told)
    sheet = DayClose.objects.get()
    assert (sheet.number, sheet.closed_by, sheet.cash.counted) == (1, "grace", 60)


def test_control_by_memory_the_second_is_refused_without_words() -> None:
    with pytest.raises(IntegrityError, match="day_close_number_is_given_once_a_day"):
        collide(without_looking(1), without_looking(1))


def test_control_without_the_unique_number_a_day_has_two_first_sheets() -> None:
    rule = "day_close_number_is_given_once_a_day"
    with connection.cursor() as cursor:
        cursor.execute(f"alter table day_close drop constraint {rule}")
        try:
            assert collide(closes(60), closes(59)) is None
            assert list(DayClose.objects.values_list("number", flat=True)) == [1, 1]
        finally:
            DayClose.objects.all().delete()
            cursor.execute(f"alter table day_close add constraint {rule} unique (day, number)")


def test_the_second_closes_when_the_first_gives_up() -> None:
    rival = Rival(closes(59))
    with transaction.atomic():
        closes(60)()
        rival.start()
        until(rival.is_stuck, what="the second person, waiting for the first")
        transaction.set_rollback(True)
    assert rival.finish() is None
    assert DayClose.objects.get().cash.counted == 59


def closed_while_a_payment_is_taken(bill: Bill) -> DayClose:
    """Return the sheet of a day that somebody closed between a payment's writing and its commit."""
    rival = Rival(closes(0))
    with transaction.atomic():
        record_payment(bill.pk, Decimal(60), "cash")
        rival.start()
        assert rival.finish() is None
    return DayClose.objects.get()


def test_a_payment_taken_while_the_day_is_closed_is_never_lost_between_sheet_and_since(bill: Bill) -> None:
    sheet = closed_while_a_payment_is_taken(bill)
    since = since_closing(sheet)
    assert (sheet.cash.expected, since.total, since.corrected) == (0, 60, 0)
    assert [payment.amount for payment in since.arrived] == [60]


def test_control_by_the_clock_the_payment_is_on_no_sheet_and_did_not_come_since(bill: Bill) -> None:
    sheet = closed_while_a_payment_is_taken(bill)
    assert sheet.total == 0
    assert not Payment.objects.filter(changed_at__gt=sheet.closed_at).exists()
