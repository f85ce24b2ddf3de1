"""Medicine on no bill over HTTP: the list of it, and a decision for each visit."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.billing.filters import MedicineFilter
from clinic.billing.medicine import FREE, bill_medicine, on_no_bill, open_bills
from clinic.billing.tables import MedicineTable
from clinic.records.models import MedicalRecord
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.listing import listing
from clinic.screens.numbers import row_number
from clinic.screens.parts import part
from clinic.screens.submit import perform

OFFERED = 5
"""Open bills that are offered, the newest first; older ones are found in the list of bills."""


@require_safe
@never_cache
@allowed("billing.add_bill", "patients.view_patient")
def waiting(request: HttpRequest) -> HttpResponseBase:
    """List what was prescribed and is on no bill."""
    rows = on_no_bill().select_related("item", "record__patient", "bill")
    return listing(request, rows, MedicineFilter, MedicineTable, "billing/medicine.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.add_bill", "billing.change_bill", "patients.view_patient")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what becomes of a record's medicine: an open bill, a further one, or no charge."""
    record = row_of(MedicalRecord.objects.select_related("patient", "booking"), pk)
    here, choice = reverse("medicine-decide", args=[pk]), request.POST.get("choice", "")

    def change() -> str:
        bill = bill_medicine(pk, choice, [row_number(number) for number in request.POST.getlist("seen")])
        return (bill or record.patient).get_absolute_url()

    if request.method == "POST":
        return perform(request, change, _("Nothing is charged.") if choice == FREE else _("It is on the bill."), here)
    lines = part(request, on_no_bill().filter(record=record).select_related("item", "bill").order_by("id"))
    if not lines:
        messages.info(request, _("Nothing of this visit waits for a bill."))
        return HttpResponseRedirect(reverse("medicine"))
    context = {
        "record": record,
        "lines": lines,
        "amount": sum((line.amount for line in lines), Decimal(0)),
        "is_unbilled": record.booking and not record.booking.bills.exists(),
        "bills": open_bills(record.patient)[:OFFERED],
    }
    return render(request, "billing/decide.html", context)
