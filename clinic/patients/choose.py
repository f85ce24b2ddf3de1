"""Choose the patient that something new is for, where the address names none yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from clinic.patients.models import Patient
from clinic.patients.picks import PATIENTS
from clinic.screens.conflicts import row_of
from clinic.screens.numbers import row_number
from clinic.screens.pick import PickField, Picks


class PatientChoice(forms.Form):
    """One patient, in the address that a form or a link leads to."""

    def __init__(self, request: HttpRequest, name: str = "patient", picks: Picks[Patient] = PATIENTS) -> None:
        self.name, is_sent = name, bool(request.GET.keys() & {name, f"{name}-text"})
        super().__init__(request.GET if is_sent else None)
        self.fields[name] = PickField(picks, label=_("patient"))
        self.fields[name].widget.attrs["autofocus"] = True

    def patient(self) -> Patient | None:
        """Return the patient named, also an archived one; None when one is still to choose. Raises `RowGoneError`."""
        number = row_number(str(self[self.name].data or ""))
        return row_of(Patient.objects.all(), number) if number else None


def ask_for_patient(request: HttpRequest, choice: PatientChoice, **context: Any) -> HttpResponse:
    """Show the form that asks whom it is for; the context has the `heading` and the address `back`."""
    return render(request, "patients/choose.html", {"form": choice, **context})
