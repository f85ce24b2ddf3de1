"""Medical records and their prescriptions over HTTP."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.bookings.models import Booking
from clinic.patients.choose import PatientChoice, ask_for_patient
from clinic.patients.models import Patient
from clinic.records.cautions import CautionError
from clinic.records.delete_record import delete_record
from clinic.records.filters import RecordFilter
from clinic.records.forms import PrescriptionForm, RecordForm
from clinic.records.models import MedicalRecord, Prescription
from clinic.records.prescribe import prescribe, unprescribe, why_on_no_bill
from clinic.records.tables import RecordTable
from clinic.records.vitals import taken
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import wants_part
from clinic.screens.listing import listing
from clinic.screens.numbers import row_number
from clinic.screens.parts import part
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit


@require_safe
@never_cache
@allowed("records.view_medicalrecord")
def records(request: HttpRequest) -> HttpResponseBase:
    """List medical records."""
    rows = MedicalRecord.objects.select_related("patient", "practitioner")
    return listing(request, rows, RecordFilter, RecordTable, "records/list.html")


@require_safe
@never_cache
@allowed("records.view_medicalrecord")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record with its prescriptions."""
    return _page(request, _record(pk), PrescriptionForm())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("records.add_medicalrecord", "patients.view_patient")
@keep_input_when_gone(RecordForm, "records/form.html", save_as_new=lambda request: _new_record_of(request))
def create(request: HttpRequest) -> HttpResponse:
    """Write a record of a patient (`?patient=`) or of a booking (`?booking=`)."""
    record = _begun(request)
    if record is None:
        return ask_for_patient(request, PatientChoice(request), heading=_("New record"), back=reverse("records"))
    form = RecordForm(sent(request), instance=record, initial={"visit_on": record.visit_on})
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("The record is saved."))
    back = record.patient.get_absolute_url()
    return saved or show(request, "records/form.html", form, patient=record.patient, back=back)


def _begun(request: HttpRequest) -> MedicalRecord | None:
    """Begin a record with what the patient or the booking says; None when neither is named."""
    if number := row_number(request.GET.get("booking", "")):
        booking = row_of(Booking.objects.select_related("patient"), number)
        if booking.patient is None:
            raise Http404
        return MedicalRecord(
            booking=booking,
            patient=booking.patient,
            practitioner_id=booking.practitioner_id,
            visit_on=booking.date,
            chief_complaint=booking.reason,
        )
    patient = PatientChoice(request).patient()
    return MedicalRecord(patient=patient) if patient else None


def _new_record_of(request: HttpRequest) -> str:
    """Return the address of a new record of the patient whose record was being written, as far as there is such."""
    patient = Patient.objects.filter(pk=row_number(request.POST.get("patient", ""))).first()
    return f"{reverse('record-new')}?patient={patient.pk}" if patient else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("records.change_medicalrecord")
@keep_input_when_gone(RecordForm, "records/form.html", save_as_new=lambda request: _new_record_of(request))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a record."""
    record = _record(pk)
    form = RecordForm(sent(request), instance=record)
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("Saved."))
    context = {"patient": record.patient, "topic": "medical_record", "back": record.get_absolute_url()}
    return saved or show(request, "records/form.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("records.delete_medicalrecord")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a record and return what it prescribed."""
    record = _record(pk)
    after = record.patient.get_absolute_url()

    def change() -> str:
        delete_record(pk)
        return after

    if request.method == "POST":
        return perform(request, change, _("The record is deleted."), record.get_absolute_url())
    context = {
        "question": _("Delete the record of %(patient)s from %(day)s?")
        % {"patient": record.patient, "day": record.visit_on},
        "words": [_("This cannot be undone. What it prescribed goes back into stock.")],
        "yes": _("Delete the record"),
        "back": record.get_absolute_url(),
    }
    return render(request, "screens/confirm.html", context)


@require_POST
@allowed("records.change_medicalrecord", "inventory.view_item")
def prescribe_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Prescribe an item and take it out of stock."""
    record = _record(pk)
    form = PrescriptionForm(request.POST)

    def change() -> str:
        said = form.cleaned_data
        what = (record.pk, said["item"].pk, said["quantity"], said["dosage"])
        try:
            given = prescribe(*what, seen=form.seen, reason=said["reason"])
        except CautionError as error:
            form.ask(error.cautions)
            raise
        if words := why_on_no_bill(given):
            messages.warning(request, words)
        return record.get_absolute_url()

    return submit(request, form, change, _("Prescribed, and taken out of stock.")) or _page(request, record, form)


@require_POST
@allowed("records.change_medicalrecord", "inventory.view_item")
def remove_prescription(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a prescription and return it to stock."""
    record_id = Prescription.objects.filter(pk=pk).values_list("record_id", flat=True).first()
    back = reverse("record", args=[record_id]) if record_id else reverse("records")

    def change() -> str:
        unprescribe(pk)
        return back

    return perform(request, change, _("Removed, and returned to stock."), back)


def _record(pk: int) -> MedicalRecord:
    return row_of(MedicalRecord.objects.select_related("patient", "practitioner", "booking"), pk)


def _page(request: HttpRequest, record: MedicalRecord, form: PrescriptionForm) -> HttpResponse:
    prescriptions = part(request, record.prescriptions.select_related("item", "bill").order_by("-id"))
    context = {"record": record, "prescriptions": prescriptions, "vitals": list(taken(record))}
    if request.method == "GET" and wants_part(request):
        return render(request, "records/_record.html", context)
    return show(request, "records/record.html", form, **context)
