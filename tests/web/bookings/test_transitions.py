"""The life of a booking: each lawful step, and every other refused in words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from clinic.billing.models import Bill
from clinic.bookings.accept import accept
from clinic.bookings.cancel import cancel
from clinic.bookings.decline import decline
from clinic.bookings.finish_consultation import finish_consultation
from clinic.bookings.mark_no_show import mark_no_show
from clinic.bookings.models import Booking, Status
from clinic.bookings.refusals import InvalidTransitionError
from clinic.bookings.start_consultation import start_consultation
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import RowGoneError
from tests.web.bookings.conftest import Clinic

VERBS: dict[Status, Callable[[int], object]] = {
    Status.CONFIRMED: accept,
    Status.DECLINED: lambda pk: decline(pk, "fully booked"),
    Status.IN_CONSULTATION: start_consultation,
    Status.COMPLETED: finish_consultation,
    Status.NO_SHOW: mark_no_show,
    Status.CANCELLED: lambda pk: cancel(pk, "is ill"),
}
STEPS = list(product(Status, VERBS))
ALLOWED = {
    (Status.PENDING, Status.CONFIRMED),
    (Status.PENDING, Status.DECLINED),
    (Status.CONFIRMED, Status.IN_CONSULTATION),
    (Status.CONFIRMED, Status.NO_SHOW),
    (Status.CONFIRMED, Status.CANCELLED),
    (Status.IN_CONSULTATION, Status.COMPLETED),
}
"""By hand: a transition that the product allows too, or does not allow any more, fails a test."""


@pytest.mark.parametrize(("before", "after"), [step for step in STEPS if step in ALLOWED])
def test_an_allowed_step_is_taken(clinic: Clinic, before: Status, after: Status) -> None:
    booking = clinic.booking(status=before)
    VERBS[after](booking.pk)
    booking.refresh_from_db()
    assert booking.status == after


@pytest.mark.parametrize(("before", "after"), [step for step in STEPS if step not in ALLOWED])
def test_any_other_step_is_refused_and_changes_nothing(clinic: Clinic, before: Status, after: Status) -> None:
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
    declined, cancelled = clinic.booking(), clinic.booking(status=Status.CONFIRMED)
    decline(declined.pk, " no such service ")
    cancel(cancelled.pk, "is ill")
    declined.refresh_from_db()
    cancelled.refresh_from_db()
    assert (declined.status_reason, cancelled.status_reason) == ("no such service", "is ill")
