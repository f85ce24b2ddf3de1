"""Merging over HTTP: choose the other patient, compare both, merge."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.patients.choose import PatientChoice, ask_for_patient
from clinic.patients.duplicates import duplicates_of
from clinic.patients.merge import after_merge, columns
from clinic.patients.merge import merge as merge_patients
from clinic.patients.models import Patient
from clinic.patients.picks import ALL_PATIENTS
from clinic.screens.conflicts import label_of, row_of, shown
from clinic.screens.guards import allowed
from clinic.screens.numbers import row_number
from clinic.screens.submit import perform


@dataclass(frozen=True)
class Comparison:
    """What a column says of two patients, and after their merge."""

    label: str
    kept: str
    other: str
    result: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("patients.change_patient")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge another patient into this one; without `other`, choose whom."""
    kept = row_of(Patient.objects.all(), pk)
    if number := row_number(request.POST.get("other", "")):
        return _merge(request, kept, number)
    choice = PatientChoice(request, "other", ALL_PATIENTS)
    other = choice.patient()
    if other is None:
        return _choose(request, kept, choice)
    context = {"patient": kept, "other": other, "rows": _comparison(kept, other)}
    return render(request, "patients/merge.html", context)


def _choose(request: HttpRequest, kept: Patient, choice: PatientChoice) -> HttpResponse:
    context = {
        "heading": _("Who is the same person as %s?") % kept,
        "back": kept.get_absolute_url(),
        "patient": kept,
        "candidates": duplicates_of(kept),
    }
    return ask_for_patient(request, choice, **context)


def _merge(request: HttpRequest, kept: Patient, other: int) -> HttpResponse:
    seen = {kept.pk: request.POST.get("kept_seen", ""), other: request.POST.get("other_seen", "")}

    def change() -> str:
        return merge_patients(kept.pk, other, seen=seen).get_absolute_url()

    back = f"{reverse('patient-merge', args=[kept.pk])}?other={other}"
    return perform(request, change, _("The two are one patient now."), back)


def _comparison(kept: Patient, other: Patient) -> list[Comparison]:
    """Set every column of both beside each other, and what becomes of it."""
    result = Patient(**after_merge(kept, other))
    return [
        Comparison(label_of(kept, name), *(shown(patient, name) for patient in (kept, other, result)))
        for name in (column.name for column in columns())
    ]
