"""The life of a booking: each allowed step, and every other refused in words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from clinic.billing.models import Bill
from clinic.bookings.finish_consultation import finish_consultation
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.refusals import InvalidTransitionError
from clinic.bookings.transitions import move
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import RowGoneError
from tests.web.bookings.conftest import Clinic

VERBS: dict[BookingStatus, Callable[[int], object]] = {
    BookingStatus.CONFIRMED: lambda pk: move(pk, BookingStatus.CONFIRMED),
    BookingStatus.DECLINED: lambda pk: move(pk, BookingStatus.DECLINED, "fully booked"),
    BookingStatus.IN_CONSULTATION: lambda pk: move(pk, BookingStatus.IN_CONSULTATION),
    BookingStatus.COMPLETED: finish_consultation,
    BookingStatus.NO_SHOW: lambda pk: move(pk, BookingStatus.NO_SHOW),
    BookingStatus.CANCELLED: lambda pk: move(pk, BookingStatus.CANCELLED, "is ill"),
}
STEPS = list(product(BookingStatus, VERBS))
ALLOWED = {
    (BookingStatus.PENDING, BookingStatus.CONFIRMED),
    (BookingStatus.PENDING, BookingStatus.DECLINED),
    (BookingStatus.CONFIRMED, BookingStatus.IN_CONSULTATION),
    (BookingStatus.CONFIRMED, BookingStatus.NO_SHOW),
    (BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
    (BookingStatus.IN_CONSULTATION, BookingStatus.COMPLETED),
}
"""By hand: a transition that the product allows too, or does not allow any more, fails a test."""


@pytest.mark.parametrize(("before", "after"), [step for step in STEPS if step in ALLOWED])
def test_an_allowed_step_is_taken(clinic: Clinic, before: BookingStatus, after: BookingStatus) -> None:
    booking = clinic.booking(status=before)
    VERBS[after](booking.pk)
    booking.refresh_from_db()
    assert booking.status == after


@pytest.mark.parametrize(("before", "after"), [step for step in STEPS if step not in ALLOWED])
def test_any_other_step_is_refused_and_changes_nothing(
    clinic: Clinic, before: BookingStatus, after: BookingStatus
) -> None:
    booking = clinic.booking(status=before)
    unchanged = Booking.objects.values().get(pk=booking.pk)
    with pytest.raises(InvalidTransitionError, match=f"This booking is {before.label}: .+ changed it at .+ It was not"):
        VERBS[after](booking.pk)
    assert Booking.objects.values().get(pk=booking.pk) == unchanged
    assert not MedicalRecord.objects.exists()
    assert not Bill.objects.exists()


@pytest.mark.parametrize("verb", VERBS.values())
def test_a_deleted_booking_is_said_to_be_deleted(clinic: Clinic, verb: Callable[[int], object]) -> None:
    with pytest.raises(RowGoneError, match="This booking was deleted meanwhile"):
        verb(4711)


def test_reasons_are_kept(clinic: Clinic) -> None:
    declined, cancelled = clinic.booking(), clinic.booking(status=BookingStatus.CONFIRMED)
    move(declined.pk, BookingStatus.DECLINED, " no such service ")
    move(cancelled.pk, BookingStatus.CANCELLED, "is ill")
    declined.refresh_from_db()
    cancelled.refresh_from_db()
    assert (declined.status_reason, cancelled.status_reason) == ("no such service", "is ill")
