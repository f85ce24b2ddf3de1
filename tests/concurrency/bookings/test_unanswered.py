"""Old requests are declined in bulk while colleagues answer some of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from clinic.bookings.decline_unanswered import decline_unanswered
from clinic.bookings.models import Booking, BookingStatus
from tests.concurrency.bookings.conftest import Clinic

Connect = Callable[..., psycopg.Connection[Any]]


def two_old_requests(clinic: Clinic) -> tuple[Booking, Booking]:
    day = timezone.localdate() - timedelta(days=1)
    return clinic.booking(date=day), clinic.booking(date=day)


def statuses(*bookings: Booking) -> list[str]:
    return [Booking.objects.get(pk=booking.pk).status for booking in bookings]


def test_a_request_that_a_colleague_holds_is_left_to_them_without_waiting(clinic: Clinic, connect: Connect) -> None:
    held, free = two_old_requests(clinic)
    colleague = connect(autocommit=False)
    colleague.execute("update booking set status = 'confirmed' where id = %s", [held.pk])
    assert decline_unanswered(Booking.objects.all(), 2, "old") == 1
    colleague.commit()
    assert statuses(held, free) == ["confirmed", "declined"]


def test_a_request_answered_since_the_page_was_opened_keeps_its_answer(clinic: Clinic, connect: Connect) -> None:
    answered, free = two_old_requests(clinic)
    connect().execute("update booking set status = 'confirmed' where id = %s", [answered.pk])
    assert decline_unanswered(Booking.objects.all(), 2, "old") == 1
    assert statuses(answered, free) == ["confirmed", "declined"]


def test_control_declining_what_the_page_had_listed_would_undo_the_answer(clinic: Clinic, connect: Connect) -> None:
    answered, free = two_old_requests(clinic)
    listed = [answered.pk, free.pk]
    connect().execute("update booking set status = 'confirmed' where id = %s", [answered.pk])
    Booking.objects.filter(pk__in=listed).update(status=BookingStatus.DECLINED)
    assert statuses(answered, free) == ["declined", "declined"]


def test_control_without_skipping_locked_rows_it_would_wait(clinic: Clinic, connect: Connect) -> None:
    held, _free = two_old_requests(clinic)
    colleague, impatient = connect(autocommit=False), connect()
    colleague.execute("update booking set status = 'confirmed' where id = %s", [held.pk])
    impatient.execute("set lock_timeout = '100ms'")
    with pytest.raises(LockNotAvailable):
        impatient.execute("update booking set status = 'declined' where status = 'pending' and date < clock.today()")
    colleague.rollback()
