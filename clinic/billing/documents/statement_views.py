"""A patient's statement over HTTP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.billing.day_close.forms import PeriodForm
from clinic.billing.documents.statement import Statement, statement_of
from clinic.patients.models import Patient
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.parts import part
from clinic.screens.sharing import for_many

LINES = 100
"""Lines of a page; the newest come first, and the PDF holds all."""


@require_safe
@never_cache
@allowed("billing.view_bill", "billing.view_payment", "patients.view_patient")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a patient was billed and paid in a period."""
    form = PeriodForm(request.GET)
    whole = asked_for(row_of(Patient.objects.all(), pk), form)
    lines = part(request, whole.lines, per_page=LINES, first=-1)
    shown = whole.part(max(lines.start_index() - 1, 0), lines.end_index())
    context = {"statement": shown, "lines": lines, "form": form, "now": timezone.now()}
    template = template_for(request, "billing/statement.html", part="billing/_statement.html")
    return for_many(request, render(request, template, context))


def asked_for(patient: Patient, form: PeriodForm) -> Statement:
    """Make the statement of the form's period; a day that is none bounds nothing."""
    form.is_valid()
    return statement_of(patient, form.cleaned_data.get("since"), form.cleaned_data.get("until"))
