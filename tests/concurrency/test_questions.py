"""What two people changed in one form at once: the questions a form asks, row by row, and what their answers save."""

from __future__ import annotations

import datetime
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User

from clinic.billing.forms import BillForm
from clinic.billing.models import Bill
from clinic.bookings.forms import BookingForm
from clinic.bookings.models import Booking
from clinic.patients.forms import PatientForm
from clinic.patients.models import Patient
from clinic.practice.forms import PractitionerForm
from clinic.practice.models import Practitioner, WorkingHours
from clinic.records.forms import RecordForm
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import RowChangedError
from clinic.staff.forms import AccountForm
from tests.concurrency.bookings.collision import collide
from tests.concurrency.editing import DAY, ada, editing, filled, save, stored, writes


@pytest.fixture(autouse=True)
def committed(sql: psycopg.Connection[Any], transactional_db: None) -> None:
    """Commit for real, on empty tables."""


def test_a_question_that_is_not_answered_is_asked_again() -> None:
    row = ada()
    said = filled(PatientForm(instance=row), allergies="dust")
    writes(row, allergies="nuts")()
    form = PatientForm(said, instance=Patient.objects.get())
    assert not form.is_valid()
    again = PatientForm(filled(form, asked="allergies", email="nonsense"), instance=Patient.objects.get())
    assert not again.is_valid()
    (question,) = again.questions
    assert (question.theirs, question.yours, question.is_unanswered) == ("nuts", "dust", True)
    assert stored(row, ["allergies"]) == {"allergies": "nuts"}


def test_a_third_writer_while_somebody_chooses_is_asked_about_too() -> None:
    row = ada()
    said = filled(PatientForm(instance=row), allergies="dust", phone="2")
    writes(row, allergies="nuts")()
    form = PatientForm(said, instance=Patient.objects.get())
    assert not form.is_valid()
    chosen = filled(form, asked="allergies", whose_allergies="yours")
    told = collide(writes(row, allergies="milk", phone="3", notes="late"), lambda: save(PatientForm, row.pk, chosen))
    assert isinstance(told, RowChangedError)
    form = PatientForm(chosen, instance=Patient.objects.get())
    assert not form.is_valid()
    assert [(q.key, q.theirs, q.yours) for q in form.questions] == [("phone", "3", "2"), ("allergies", "milk", "dust")]
    last = filled(form, asked=["allergies", "phone"], whose_allergies="yours", whose_phone="theirs")
    save(PatientForm, row.pk, last)
    assert stored(row, ["allergies", "phone", "notes"]) == {"allergies": "dust", "phone": "3", "notes": "late"}


def test_a_day_and_its_hour_are_not_put_together_from_two_people() -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, start_time="09:00")
    told = collide(writes(row, date="2031-03-04"), editing(BookingForm, row, start_time="14:00"))
    assert isinstance(told, RowChangedError)
    assert stored(row, ["start_time"]) == {"start_time": datetime.time(9)}


def test_a_booking_that_is_cancelled_meanwhile_is_not_moved_without_a_word() -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, status="confirmed")
    said = filled(BookingForm(instance=Booking.objects.get()), date="2031-03-04", notes="late")
    writes(row, status="cancelled")()
    form = BookingForm(said, instance=Booking.objects.get())
    assert not form.is_valid()
    (question,) = form.questions
    assert question.theirs == "Date: 3 Mar 2031; status: cancelled"
    assert question.yours == "Date: 4 Mar 2031"


@pytest.mark.parametrize(
    ("status", "said", "saved"),
    [
        ("confirmed", {"patient_phone": "0999"}, "0999"),
        ("cancelled", {"patient_phone": "0999"}, "0999"),
        ("confirmed", {"date": "2031-03-04"}, datetime.date(2031, 3, 4)),
        ("in_consultation", {"start_time": "14:00"}, datetime.time(14)),
        ("cancelled", {"duration_minutes": "45"}, 45),
    ],
)
def test_a_status_that_changed_meanwhile_asks_nothing_of_what_it_does_not_concern(
    status: str, said: dict[str, str], saved: Any
) -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, start_time="09:00")
    assert collide(writes(row, status=status), editing(BookingForm, row, **said)) is None
    (name,) = said
    assert stored(row, [name, "status"]) == {name: saved, "status": status}


@pytest.mark.parametrize("status", ["declined", "cancelled", "no_show", "completed"])
def test_what_was_moved_of_a_booking_that_is_over_meanwhile_is_asked_about_in_words(status: str) -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, start_time="09:00", status="confirmed")
    said = filled(BookingForm(instance=Booking.objects.get()), start_time="14:00", patient_phone="0999")
    writes(row, status=status)()
    form = BookingForm(said, instance=Booking.objects.get())
    assert not form.is_valid()
    (question,) = form.questions
    assert (question.label, question.why) == ("Start", "A colleague changed the status meanwhile.")
    save(BookingForm, row.pk, filled(form, asked=question.key, **{f"whose_{question.key}": "theirs"}))
    assert stored(row, ["patient_phone", "start_time"]) == {"patient_phone": "0999", "start_time": datetime.time(9)}


def test_what_both_changed_is_called_so() -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, start_time="09:00", status="confirmed")
    said = filled(BookingForm(instance=Booking.objects.get()), start_time="14:00")
    writes(row, status="cancelled", start_time="10:00")()
    form = BookingForm(said, instance=Booking.objects.get())
    assert not form.is_valid()
    assert [question.why for question in form.questions] == [""]


def test_a_name_typed_for_a_patient_gives_way_to_the_one_a_colleague_chose() -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY)
    said = filled(BookingForm(instance=row), **{"patient-text": "Nobody of this name", "notes": "late"})
    grace = Patient.objects.create(first_name="Grace")
    writes(row, patient=grace)()
    form = BookingForm(said, instance=Booking.objects.get())
    assert not form.is_valid()
    assert [(question.key, question.theirs) for question in form.questions] == [("patient", "Grace")]
    save(BookingForm, row.pk, filled(form, whose_patient="theirs", asked="patient"))
    assert stored(row, ["patient", "notes"]) == {"patient": grace, "notes": "late"}


def test_a_fee_and_the_money_that_came_meanwhile_stand_side_by_side() -> None:
    bill = Bill.objects.create(patient=ada(), service_fee=100)
    said = filled(BillForm(instance=Bill.objects.get()), service_fee="70")
    bill.payments.create(amount=60)
    form = BillForm(said, instance=Bill.objects.get())
    assert not form.is_valid()
    (question,) = form.questions
    assert (question.theirs, question.yours) == ("service fee: 100.00; amount paid: 60.00", "service fee: 70")


def test_what_two_wrote_that_fits_only_alone_is_refused_in_words() -> None:
    row = MedicalRecord.objects.create(patient=ada(), visit_on=DAY, height_cm=170)
    said = filled(RecordForm(instance=MedicalRecord.objects.get()), follow_up_on="2031-03-10")
    writes(row, visit_on="2031-04-01")()
    form = RecordForm(said, instance=MedicalRecord.objects.get())
    assert not form.is_valid()
    assert [question.key for question in form.questions] == ["visit_on"]


def test_hours_that_a_colleague_set_stay_when_another_days_are_typed() -> None:
    noor = Practitioner.objects.create(full_name="Noor")
    monday = lambda: WorkingHours.objects.create(practitioner=noor, weekday=0, starts="09:00", ends="12:00")  # noqa: E731

    def theirs() -> None:
        Practitioner.objects.select_for_update().get()
        monday()

    assert collide(theirs, editing(PractitionerForm, noor, hours_1="10-11")) is None
    hours = WorkingHours.objects.order_by("weekday").values_list("weekday", "starts", "ends")
    assert list(hours) == [
        (0, datetime.time(9), datetime.time(12)),
        (1, datetime.time(10), datetime.time(11)),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("notes", "one\ntwo"), ("notes", " spaced "), ("address", "Main St 1\n2nd floor"), ("phone", "1" * 300)],
)
def test_what_no_input_can_show_stays_as_it_is_when_nobody_touched_it(column: str, value: str) -> None:
    row = Patient.objects.create(first_name="Ada", **{column: value})
    said = filled(PatientForm(instance=Patient.objects.get()), email="ada@example.org")
    said[column] = value.replace("\n", "\r\n" if column == "notes" else "")  # as browsers send it
    save(PatientForm, row.pk, said)
    assert stored(row, [column, "email"]) == {column: value, "email": "ada@example.org"}


def test_seconds_that_an_input_does_not_show_stay_and_a_cleared_time_is_cleared() -> None:
    row = Booking.objects.create(patient_name="Ada", date=DAY, start_time="09:00:30")
    editing(BookingForm, row, reason="cough")()
    assert stored(row, ["start_time"]) == {"start_time": datetime.time(9, 0, 30)}
    editing(BookingForm, row, start_time="")()
    assert stored(row, ["start_time"]) == {"start_time": None}
    told = collide(writes(row, start_time="10:00"), editing(BookingForm, row, start_time="11:00"))
    assert isinstance(told, RowChangedError)


def test_a_page_rendered_before_forms_carried_the_row_asks_for_all_that_differs() -> None:
    row = ada()
    said = filled(PatientForm(instance=row), phone="2")
    del said["as_shown"]
    writes(row, allergies="nuts")()
    form = PatientForm(said, instance=Patient.objects.get())
    assert not form.is_valid()
    assert {question.key for question in form.questions} == {"phone", "allergies"}


def test_two_managers_give_one_account_different_groups_and_a_password() -> None:
    mia = User.objects.create_user("mia")
    said = filled(AccountForm(instance=mia), new_password="correct horse battery")
    mia.set_password("another one entirely")
    mia.save()
    form = AccountForm(said, instance=User.objects.get())
    assert not form.is_valid()
    (question,) = form.questions
    assert (question.theirs, question.yours) == (
        "New password: -; password: changed",
        "New password: the one you typed",
    )
    assert form.errors["new_password"] == ["Type the new password again."]


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[" * 5000, '{"phone": {"a": [1]}, "birth_date": 5}', "null", '"\\u0000"']
)
def test_a_row_that_no_page_carries_does_no_harm(nonsense: str) -> None:
    row = ada()
    said = filled(PatientForm(instance=row), phone="2", as_shown=nonsense)
    form = PatientForm(said, instance=Patient.objects.get())
    form.is_valid()
    assert stored(row, ["phone"]) == {"phone": "1"}


def test_numbers_that_are_none_are_refused_and_not_compared() -> None:
    row = MedicalRecord.objects.create(patient=ada(), weight_kg=70)
    said = filled(RecordForm(instance=row), weight_kg="sNaN")
    writes(row, weight_kg=71)()
    form = RecordForm(said, instance=MedicalRecord.objects.get())
    assert not form.is_valid()
    assert "weight_kg" in form.errors
