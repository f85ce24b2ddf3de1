"""Two people in one form, whichever it is: what only one changed is kept, what both changed is asked about.

Each control takes the merge out of the form and shows what was lost.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django import forms
from django.contrib.auth.models import User
from django.db.models import Model

from clinic.billing.forms import BillForm
from clinic.billing.models import Bill
from clinic.bookings.forms import BookingForm, WalkInForm
from clinic.bookings.models import Booking
from clinic.inventory.forms import ItemForm
from clinic.inventory.models import Item
from clinic.patients.forms import PatientForm
from clinic.practice.forms import BlockedDayForm, PractitionerForm, ServiceForm
from clinic.practice.models import BlockedDay, Practitioner, Service
from clinic.records.forms import RecordForm
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import RowChangedError
from clinic.screens.forms import StaffForm
from clinic.staff.forms import AccountForm
from tests.concurrency.bookings.collision import collide
from tests.concurrency.editing import DAY, ada, editing, filled, save, stored, unmerged, writes


@dataclass(frozen=True)
class Case:
    """A row, what a colleague writes, what the form's user types beside it, and what they type into the same."""

    form: type[Any]
    make: Callable[[], Model]
    theirs: dict[str, Any]
    typed: dict[str, Any]
    clash: dict[str, Any]
    words: str
    """How the colleague's value reads beside the user's."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What the row says of what was typed, where that is spelled otherwise."""


CASES = [
    Case(PatientForm, ada, {"allergies": "nuts"}, {"phone": "2"}, {"allergies": "dust"}, "nuts"),
    Case(
        RecordForm,
        lambda: MedicalRecord.objects.create(patient=ada(), visit_on=DAY),
        {"diagnosis": "flu"},
        {"pulse_bpm": "70"},
        {"diagnosis": "cold"},
        "flu",
        {"pulse_bpm": 70},
    ),
    Case(
        BookingForm,
        lambda: Booking.objects.create(patient_name="Ada", date=DAY),
        {"notes": "deaf"},
        {"reason": "cough"},
        {"notes": "blind"},
        "deaf",
    ),
    Case(
        BillForm,
        lambda: Bill.objects.create(patient=ada(), service_fee=80),
        {"medicine_fee": Decimal(25)},
        {"discount": "5"},
        {"medicine_fee": "30"},
        "25.00",
        {"discount": Decimal(5)},
    ),
    Case(
        ItemForm,
        lambda: Item.objects.create(name="Gauze", quantity=5),
        {"unit_price": Decimal("2.50")},
        {"category": "wounds"},
        {"unit_price": "3"},
        "2.50",
    ),
    Case(
        PractitionerForm,
        lambda: Practitioner.objects.create(full_name="Noor"),
        {"specialty": "skin"},
        {"full_name": "Noor Haddad"},
        {"specialty": "bones"},
        "skin",
    ),
    Case(
        ServiceForm,
        lambda: Service.objects.create(name="Check-up"),
        {"price": Decimal(60)},
        {"name": "Check"},
        {"price": "70"},
        "60.00",
    ),
    Case(
        BlockedDayForm,
        lambda: BlockedDay.objects.create(first_day=DAY, last_day=DAY),
        {"reason": "feast"},
        {"last_day": "2031-03-04"},
        {"reason": "fast"},
        "feast",
        {"last_day": datetime.date(2031, 3, 4)},
    ),
    Case(
        AccountForm,
        lambda: User.objects.create_user("mia"),
        {"is_active": False},
        {"last_name": "Sand"},
        {"email": "m@example.org"},
        "m@example.com",
    ),
]
NEW_ONLY = {WalkInForm}
"""Forms that make rows and never change one."""
every_form = pytest.mark.parametrize("case", CASES, ids=lambda case: case.form.__name__)


@pytest.fixture(autouse=True)
def committed(sql: psycopg.Connection[Any], transactional_db: None) -> None:
    """Commit for real, on empty tables."""


def test_every_form_that_writes_a_row_merges() -> None:
    def kinds(of: type[Any]) -> set[type[Any]]:
        return {of for of in of.__subclasses__() if of.__module__.startswith("clinic.")} | {
            kind for child in of.__subclasses__() for kind in kinds(child)
        }

    ours = {kind for kind in kinds(forms.ModelForm) if getattr(kind, "_meta", None) and kind._meta.model}
    assert {case.form for case in CASES} | NEW_ONLY == {kind for kind in ours if not kind.__module__.endswith(".admin")}
    assert all(issubclass(case.form, StaffForm) for case in CASES)


@every_form
def test_what_only_a_colleague_changed_is_kept_beside_what_was_typed(case: Case) -> None:
    row = case.make()
    assert collide(writes(row, **case.theirs), editing(case.form, row, **case.typed)) is None
    assert stored(row, case.theirs) == case.theirs
    expected = case.typed | case.kept
    assert stored(row, expected) == expected


@every_form
def test_control_without_the_merge_what_a_colleague_changed_is_overwritten(case: Case) -> None:
    row = case.make()
    before = stored(row, case.theirs)
    assert collide(writes(row, **case.theirs), editing(unmerged(case.form), row, **case.typed)) is None
    assert stored(row, case.theirs) == before


@every_form
def test_what_both_changed_is_asked_about_and_nothing_is_saved(case: Case) -> None:
    row = case.make()
    theirs = {"email": "m@example.com"} if case.form is AccountForm else case.theirs
    told = collide(writes(row, **theirs), editing(case.form, row, **case.clash))
    assert isinstance(told, RowChangedError)
    assert stored(row, theirs) == theirs


@every_form
def test_the_page_asks_only_for_what_both_changed_and_either_answer_is_saved(case: Case) -> None:
    for answer in ("theirs", "yours"):
        row = case.make()
        theirs = {"email": "m@example.com"} if case.form is AccountForm else case.theirs
        said = filled(case.form(instance=type(row)._default_manager.get(pk=row.pk)), **case.typed | case.clash)
        writes(row, **theirs)()
        form = case.form(said, instance=type(row)._default_manager.get(pk=row.pk))
        assert not form.is_valid()
        (question,) = form.questions
        (name,) = case.clash
        assert (question.key, question.theirs) == (name, case.words)
        again = filled(form, asked=name, **{f"whose_{name}": answer})
        save(case.form, row.pk, again)
        assert (stored(row, theirs) == theirs) == (answer == "theirs")
        expected = case.typed | case.kept
        assert stored(row, expected) == expected
        row.delete()
