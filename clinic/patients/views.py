"""Patients over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.patients.archive import archive as archive_patient
from clinic.patients.archive import restore as restore_patient
from clinic.patients.delete_patient import delete_patient, reason_to_keep
from clinic.patients.duplicates import duplicates_of
from clinic.patients.filters import PatientFilter
from clinic.patients.forms import PatientForm
from clinic.patients.models import Patient, PatientMerge, PatientReference
from clinic.patients.picks import ALL_PATIENTS, PATIENTS, PATIENTS_OR_NEW
from clinic.patients.tables import PatientTable
from clinic.patients.timeline import balance, timeline
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.listing import listing
from clinic.screens.pick import offers
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit


@require_safe
@never_cache
@allowed("patients.view_patient")
def patients(request: HttpRequest) -> HttpResponseBase:
    """List patients."""
    return listing(request, Patient.objects.all(), PatientFilter, PatientTable, "patients/list.html")


@require_safe
@never_cache
@allowed("patients.view_patient")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one patient with everything that happened; lead on from one who was merged into another."""
    former = PatientReference.objects.filter(patient=OuterRef("pk")).order_by("external_ref").values("external_ref")
    rows: QuerySet[Patient] = Patient.objects.annotate(former_refs=ArraySubquery(former))
    patient = rows.filter(pk=pk).first()
    if patient is None and (merged := PatientMerge.objects.select_related("kept").filter(pk=pk).first()):
        return redirect(merged.kept)
    patient = patient or row_of(Patient.objects.all(), pk)
    context = {
        "patient": patient,
        "timeline": timeline(patient, request.user),
        "balance": balance(patient, request.user),
        "duplicates": duplicates_of(patient) if request.user.has_perm("patients.change_patient") else [],
    }
    template = template_for(request, "patients/detail.html", part="patients/_patient.html")
    return render(request, template, context)


@require_safe
@never_cache
@allowed("patients.view_patient")
def find(request: HttpRequest) -> HttpResponse:
    """Offer the patients whom a search finds; with `new` also to go on without one, with `all` also archived ones."""
    picks = PATIENTS_OR_NEW if "new" in request.GET else ALL_PATIENTS if "all" in request.GET else PATIENTS
    return offers(request, picks)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("patients.add_patient")
def create(request: HttpRequest) -> HttpResponse:
    """Register a patient, after a look at who may be the same person."""
    form = PatientForm(sent(request))
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("The patient is registered."))
    return saved or show(request, "patients/form.html", form, back=reverse("patients"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("patients.change_patient")
@keep_input_when_gone(PatientForm, "patients/form.html", save_as_new="patient-new")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a patient's data."""
    patient = row_of(Patient.objects.all(), pk)
    form = PatientForm(sent(request), instance=patient)
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("Saved."))
    return saved or show(request, "patients/form.html", form, topic="patient", back=patient.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("patients.delete_patient")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete; say what speaks against it and offer to archive instead."""
    patient = row_of(Patient.objects.all(), pk)

    def change() -> str:
        delete_patient(pk)
        return reverse("patients")

    if request.method == "POST":
        return perform(request, change, _("%s is deleted.") % patient, request.path)
    context = {"patient": patient, "reason": reason_to_keep(patient), "bookings": patient.bookings.count()}
    return render(request, "patients/delete.html", context)


@require_POST
@allowed("patients.change_patient")
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a patient from the lists."""
    return _perform(request, pk, archive_patient, _("%s is archived."))


@require_POST
@allowed("patients.change_patient")
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an archived patient back."""
    return _perform(request, pk, restore_patient, _("%s is back in the lists."))


def _perform(request: HttpRequest, pk: int, verb: Callable[[int], object], done: str) -> HttpResponse:
    patient = row_of(Patient.objects.all(), pk)

    def change() -> str:
        verb(pk)
        return patient.get_absolute_url()

    return perform(request, change, done % patient, patient.get_absolute_url())
