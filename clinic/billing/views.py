"""Bills over HTTP."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.billing.edit_bill import edit_bill
from clinic.billing.filters import BillFilter
from clinic.billing.forms import BillForm
from clinic.billing.issue_bill import issue_bill
from clinic.billing.medicine import amount_of, taken_up_by, waiting_beside
from clinic.billing.models import Bill, BillStatus, PaymentMethod
from clinic.billing.tables import BillTable
from clinic.bookings.models import Booking
from clinic.patients.choose import PatientChoice, ask_for_patient
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.listing import listing
from clinic.screens.numbers import row_number
from clinic.screens.parts import part
from clinic.screens.submit import keep_input_when_gone, sent, show, submit

ROWS = Bill.objects.select_related("patient", "booking__service")
AT_ONCE = (PaymentMethod.CASH, PaymentMethod.CARD, PaymentMethod.TRANSFER)
"""What a click takes the whole balance with; other methods have the form."""


@require_safe
@never_cache
@allowed("billing.view_bill")
def bills(request: HttpRequest) -> HttpResponseBase:
    """List bills, with what they come to."""
    return listing(request, Bill.objects.select_related("patient"), BillFilter, BillTable, "billing/list.html")


@require_safe
@never_cache
@allowed("billing.view_bill")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bill, with its payments to those who may see them."""
    bill = bill_of(pk)
    may_see = request.user.has_perm("billing.view_payment")
    context = {
        "bill": bill,
        **_medicine(request, bill),
        "payments": part(request, bill.payments.order_by("-paid_on", "-id")) if may_see else None,
        "is_void": bill.status == BillStatus.VOID,
        "methods": AT_ONCE,
    }
    return render(request, template_for(request, "billing/bill.html", part="billing/_bill.html"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.add_bill", "patients.view_patient")
@keep_input_when_gone(BillForm, "billing/form.html")
def create(request: HttpRequest) -> HttpResponse:
    """Write a bill for a patient (`?patient=`) or for a booking (`?booking=`) that has none yet."""
    bill = _begun(request)
    if bill is None:
        return ask_for_patient(request, PatientChoice(request), heading=_("New bill"), back=reverse("bills"))
    if request.method != "POST" and bill.booking and (first := bill.booking.bills.first()):
        messages.info(request, _("This booking has a bill already; here it is."))
        return HttpResponseRedirect(first.get_absolute_url())
    form = BillForm(sent(request), instance=bill)
    form.expect(amount_of(taken_up_by(bill)))
    change = lambda: issue_bill(form.instance).get_absolute_url()  # noqa: E731
    saved = submit(request, form, change, _("The bill is written."))
    back = bill.patient.get_absolute_url()
    return saved or show(request, "billing/form.html", form, patient=bill.patient, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.change_bill")
@keep_input_when_gone(BillForm, "billing/form.html")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a bill's fees, discount or day."""
    bill = row_of(Bill.objects.select_related("patient"), pk)
    form = BillForm(sent(request), instance=bill)
    change = lambda: edit_bill(form.save(commit=False)).get_absolute_url()  # noqa: E731
    saved = submit(request, form, change, _("Saved."))
    context = {"bill": bill, "patient": bill.patient, "topic": "bill", "back": bill.get_absolute_url()}
    return saved or show(request, "billing/form.html", form, **context)


def _medicine(request: HttpRequest, bill: Bill) -> dict[str, Any]:
    """Say what medicine a bill is for, what its fee was changed to beyond that, and what of the visit waits.

    From a void bill medicine moves to another one while its fee stays: that is no change by hand.
    """
    given = bill.prescriptions.order_by("id")
    waiting = waiting_beside(bill) if request.user.has_perm("billing.add_bill") else given.none()
    return {
        "lines": part(request, given.select_related("item"), "medicine"),
        "by_hand": None if bill.voided_at else bill.medicine_fee - amount_of(given),
        "waiting": waiting.first(),
        "waiting_amount": amount_of(waiting),
    }


def bill_of(pk: int) -> Bill:
    """Return a bill with whom and what it is for. Raises `RowGoneError`."""
    return row_of(ROWS, pk)


def _begun(request: HttpRequest) -> Bill | None:
    """Begin a bill with what the patient or the booking says; None when neither is named."""
    if number := row_number(request.GET.get("booking", "")):
        booking = row_of(Booking.objects.select_related("patient", "service"), number)
        if booking.patient is None:
            raise Http404
        bill = Bill(patient=booking.patient, booking=booking)
        if booking.service:
            bill.service_fee = booking.service.price
        return bill
    patient = PatientChoice(request).patient()
    return Bill(patient=patient) if patient else None
