"""Filling in a form as a browser shows it, and saving it later, when a colleague may have been faster."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import QueryDict

from clinic.billing.edit_bill import edit_bill
from clinic.billing.models import Bill
from clinic.bookings.book import book
from clinic.bookings.models import Booking
from clinic.database.actor import acting_as
from clinic.patients.models import Patient
from tests.concurrency.bookings.collision import Act
from tests.web.forms import Forms

DAY = datetime.date(2031, 3, 3)


class Unmerged:
    """What makes a form write all its fields over the row, as forms do that do not look."""

    _untouched: dict[str, Any] = {}

    def full_clean(self) -> None:
        forms.ModelForm.full_clean(self)  # type: ignore[type-var]

    def save(self, commit: bool = True) -> Any:
        return forms.ModelForm.save(self, commit)  # type: ignore[type-var]


def unmerged(form_of: type[Any]) -> type[Any]:
    """Take the merge out of a kind of form."""
    return type(f"Unmerged{form_of.__name__}", (Unmerged, form_of), {})


def filled(form: Any, **typed: Any) -> QueryDict:
    """Send a rendered form as a browser does, with some of its fields changed."""
    (inputs,) = Forms(f"<form>{form}</form>").forms
    said = QueryDict(mutable=True)
    for name, value in (inputs | typed).items():
        if isinstance(value, list):
            said.setlist(name, value)
        else:
            said[name] = value
    return said


def editing(form_of: type[Any], row: Model, **typed: Any) -> Act:
    """Open the form of a row now, type into it, and save it later."""
    said = filled(form_of(instance=type(row)._default_manager.get(pk=row.pk)), **typed)
    return lambda: save(form_of, row.pk, said)


def save(form_of: type[Any], pk: int, said: QueryDict) -> Any:
    """Save what was sent, as the form's page does; give the form."""
    form = form_of(said, instance=form_of._meta.model._default_manager.get(pk=pk))
    with transaction.atomic():
        if not form.is_valid():
            raise form.conflict or AssertionError(form.errors)
        if form_of._meta.model in WRITTEN_BY:
            WRITTEN_BY[form_of._meta.model](form.save(commit=False))
        else:
            form.save()
    return form


WRITTEN_BY: dict[type[Model], Any] = {Booking: book, Bill: edit_bill}


def ada() -> Patient:
    """Register a patient."""
    return Patient.objects.create(first_name="Ada", phone="1")


def writes(row: Model, **values: Any) -> Act:
    """Write as a colleague does."""

    def act() -> None:
        with acting_as("grace"):
            type(row)._default_manager.filter(pk=row.pk).update(**values)

    return act


def stored(row: Model, names: Any) -> dict[str, Any]:
    """Read some columns of a row as they are by now."""
    row.refresh_from_db()
    return {name: getattr(row, name) for name in names}
