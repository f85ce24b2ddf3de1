"""Two people at one booking: one wins, the other reads who was faster; each with its control.

A control does the same without the guard (the status is looked at first and written later), and shows the harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from clinic.billing.models import Bill
from clinic.bookings.book import book
from clinic.bookings.delete_booking import delete_booking
from clinic.bookings.finish_consultation import _bill, _record, finish_consultation
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.overlap import CONSTRAINT, TimeTakenError
from clinic.bookings.patient_of import patient_of
from clinic.bookings.public.request_booking import AppointmentRequest, Person, request_booking
from clinic.bookings.refusals import InvalidTransitionError
from clinic.bookings.slots import Days, free_slots
from clinic.bookings.transitions import ALLOWED_TRANSITIONS, move
from clinic.database.actor import acting_as
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import RowGoneError
from tests.concurrency.bookings.collision import Rival, collide
from tests.web.bookings.conftest import Clinic

accept = partial(move, to=BookingStatus.CONFIRMED)
decline = partial(move, to=BookingStatus.DECLINED, reason="full")
cancel = partial(move, to=BookingStatus.CANCELLED, reason="is ill")


def as_grace(act: Callable[[], object]) -> Callable[[], object]:
    """Act under a name, which the other is to read."""

    def named() -> None:
        with acting_as("grace"):
            act()

    return named


def remembered(booking: Booking, to: BookingStatus) -> Callable[[], object]:
    """Move as a page remembers it: what was allowed when the page was read is written later, unguarded."""
    assert to in ALLOWED_TRANSITIONS[BookingStatus(Booking.objects.get(pk=booking.pk).status)]
    return lambda: Booking.objects.filter(pk=booking.pk).update(status=to)


def status_of(booking: Booking) -> str:
    return Booking.objects.values_list("status", flat=True).get(pk=booking.pk)


def test_of_two_who_accept_the_second_reads_who_was_faster(clinic: Clinic) -> None:
    booking = clinic.booking()
    told = collide(as_grace(lambda: accept(booking.pk)), lambda: accept(booking.pk))
    assert isinstance(told, InvalidTransitionError)
    assert str(told).startswith("This booking is confirmed: grace changed it at ")
    assert status_of(booking) == BookingStatus.CONFIRMED


def test_control_of_two_who_accept_by_memory_both_believe_it_was_theirs(clinic: Clinic) -> None:
    booking = clinic.booking()
    assert collide(remembered(booking, BookingStatus.CONFIRMED), remembered(booking, BookingStatus.CONFIRMED)) is None


def test_an_accepted_booking_is_not_declined_by_who_was_slower(clinic: Clinic) -> None:
    booking = clinic.booking()
    told = collide(lambda: accept(booking.pk), lambda: decline(booking.pk))
    assert isinstance(told, InvalidTransitionError)
    assert status_of(booking) == BookingStatus.CONFIRMED


def test_control_by_memory_the_decline_overwrites_the_acceptance(clinic: Clinic) -> None:
    booking = clinic.booking()
    collide(remembered(booking, BookingStatus.CONFIRMED), remembered(booking, BookingStatus.DECLINED))
    assert status_of(booking) == BookingStatus.DECLINED


def test_a_booking_accepted_and_cancelled_is_not_brought_back_by_who_accepts_late(clinic: Clinic) -> None:
    booking = clinic.booking()

    def accept_and_cancel() -> None:
        accept(booking.pk)
        cancel(booking.pk)

    assert isinstance(collide(accept_and_cancel, lambda: accept(booking.pk)), InvalidTransitionError)
    assert status_of(booking) == BookingStatus.CANCELLED


def test_control_by_memory_a_cancelled_booking_comes_back(clinic: Clinic) -> None:
    booking = clinic.booking()
    late = remembered(booking, BookingStatus.CONFIRMED)

    def accept_and_cancel() -> None:
        accept(booking.pk)
        cancel(booking.pk)

    collide(accept_and_cancel, late)
    assert status_of(booking) == BookingStatus.CONFIRMED


def test_a_cancel_that_waits_for_the_acceptance_takes_its_turn(clinic: Clinic) -> None:
    booking = clinic.booking()
    assert collide(lambda: accept(booking.pk), lambda: cancel(booking.pk)) is None
    assert status_of(booking) == BookingStatus.CANCELLED


def test_done_clicked_by_two_opens_one_record_and_one_bill(clinic: Clinic) -> None:
    booking = clinic.booking(status=BookingStatus.IN_CONSULTATION, service=clinic.service)
    told = collide(lambda: finish_consultation(booking.pk), lambda: finish_consultation(booking.pk))
    assert isinstance(told, InvalidTransitionError)
    assert (MedicalRecord.objects.count(), Bill.objects.count()) == (1, 1)


def test_control_done_by_memory_opens_two_records(clinic: Clinic) -> None:
    booking = clinic.booking(status=BookingStatus.IN_CONSULTATION, service=clinic.service)

    def done_by_memory() -> None:
        as_read = Booking.objects.get(pk=booking.pk)
        if as_read.status == BookingStatus.IN_CONSULTATION and not as_read.medical_records.exists():
            patient = patient_of(as_read)
            _record(as_read, patient)
            _bill(as_read, patient)
            Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.COMPLETED)

    collide(done_by_memory, done_by_memory)
    assert MedicalRecord.objects.count() == 2


def bills(booking: Booking) -> Callable[[], object]:
    """Write the booking's bill as a script does, which takes no step and waits at no booking."""
    return lambda: Bill.objects.create(booking=booking, patient=booking.patient, service_fee=45)


def test_done_takes_up_the_bill_that_a_script_writes_at_that_moment(clinic: Clinic) -> None:
    ada = Patient.objects.create(first_name="Ada")
    booking = clinic.booking(status=BookingStatus.IN_CONSULTATION, service=clinic.service, patient=ada)
    assert collide(bills(booking), lambda: finish_consultation(booking.pk)) is None
    assert status_of(booking) == BookingStatus.COMPLETED
    assert MedicalRecord.objects.count() == 1
    assert Bill.objects.get().service_fee == 45


def test_control_a_bill_written_without_looking_leaves_the_consultation_open(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = Patient.objects.create(first_name="Ada")
    booking = clinic.booking(status=BookingStatus.IN_CONSULTATION, service=clinic.service, patient=ada)
    unguarded = lambda booking, patient: Bill.objects.create(booking=booking, patient=patient)  # noqa: E731
    monkeypatch.setattr("clinic.bookings.finish_consultation._bill", unguarded)
    with pytest.raises(IntegrityError, match="bill_is_the_only_one_of_its_booking"):
        collide(bills(booking), lambda: finish_consultation(booking.pk))
    assert status_of(booking) == BookingStatus.IN_CONSULTATION


def test_a_step_that_waits_for_a_deletion_reads_who_deleted_the_booking(clinic: Clinic) -> None:
    booking = clinic.booking()
    told = collide(as_grace(lambda: delete_booking(booking.pk)), lambda: accept(booking.pk))
    assert isinstance(told, RowGoneError)
    assert str(told).startswith("This booking was deleted by grace at ")


def test_control_by_memory_the_step_of_a_deleted_booking_is_lost_without_a_word(clinic: Clinic) -> None:
    booking = clinic.booking()
    assert collide(lambda: delete_booking(booking.pk), remembered(booking, BookingStatus.CONFIRMED)) is None
    assert not Booking.objects.exists()


def at_nine(clinic: Clinic, name: str) -> Booking:
    """Make a booking of Monday at nine with Noor, not yet written."""
    return Booking(
        date=clinic.monday, start_time=time(9), duration_minutes=30, practitioner=clinic.noor, patient_name=name
    )


def book_if_free(clinic: Clinic, name: str) -> None:
    """Look whether the slot is free, then take it, as a page without a constraint would."""
    assert any(slot.start == time(9) for slot in free_slots(30, Days(clinic.monday, clinic.monday, clinic.noor.pk)))
    book(at_nine(clinic, name))


def test_a_slot_that_two_take_goes_to_the_first(clinic: Clinic) -> None:
    told = collide(lambda: book_if_free(clinic, "Ada"), lambda: book_if_free(clinic, "Grace"))
    assert isinstance(told, TimeTakenError)
    assert [booking.patient_name for booking in Booking.objects.all()] == ["Ada"]


@pytest.fixture
def without_the_constraint(sql: psycopg.Connection[Any], clinic: Clinic) -> Iterator[None]:
    """Take the guard away, and put it back."""
    read = "select pg_get_constraintdef(oid) from pg_constraint where conname = %s"
    (definition,) = sql.execute(read, [CONSTRAINT]).fetchone() or ("",)
    sql.execute(f"alter table booking drop constraint {CONSTRAINT}")  # type: ignore[arg-type]
    yield
    sql.execute("delete from booking")
    sql.execute(f"alter table booking add constraint {CONSTRAINT} {definition}")  # type: ignore[arg-type]


def test_control_without_the_constraint_two_have_the_same_slot(clinic: Clinic, without_the_constraint: None) -> None:
    rival = Rival(lambda: book_if_free(clinic, "Grace"))
    with transaction.atomic():
        book_if_free(clinic, "Ada")
        rival.start()
        assert rival.finish() is None
    assert Booking.objects.filter(start_time=time(9)).count() == 2


def test_two_strangers_at_one_time_get_one_practitioner_each_and_a_third_is_refused(clinic: Clinic) -> None:
    wanted = AppointmentRequest(clinic.service, clinic.monday, time(9))
    asks = [lambda name=name: request_booking(wanted, Person(name, "0170 1815")) for name in ("Ada", "Grace", "Mary")]
    assert collide(asks[0], asks[1]) is None
    assert {b.practitioner for b in Booking.objects.all()} == {clinic.noor, clinic.otto}
    with pytest.raises(TimeTakenError):
        asks[2]()
