"""Merging over HTTP: choose the other patient, compare both, merge."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.desk.conflicts import label_of, row_of, shown
from clinic.desk.guards import allowed
from clinic.desk.numbers import row_number
from clinic.desk.submit import perform
from clinic.patients.duplicates import duplicates_of
from clinic.patients.filters import found
from clinic.patients.merge import after_merge, columns
from clinic.patients.merge import merge as merge_patients
from clinic.patients.models import Patient

CANDIDATES = 20


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
    number = row_number(request.POST.get("other") or request.GET.get("other", ""))
    if not number:
        return _choose(request, kept)
    if request.method == "POST":
        return _merge(request, kept, number)
    other = row_of(Patient.objects.all(), number)
    context = {"patient": kept, "other": other, "rows": _comparison(kept, other)}
    return render(request, "patients/merge.html", context)


def _choose(request: HttpRequest, kept: Patient) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    candidates = found(Patient.objects.exclude(pk=kept.pk), text)[:CANDIDATES] if text else duplicates_of(kept)
    return render(request, "patients/merge_choose.html", {"patient": kept, "candidates": candidates, "q": text})


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
