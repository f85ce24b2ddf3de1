"""Bills, receipts and statements as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.billing.day_close.forms import PeriodForm
from clinic.billing.documents.documents import bill_paper, receipt_paper, statement_paper
from clinic.billing.documents.statement_views import asked_for
from clinic.billing.models import Bill, Payment
from clinic.patients.models import Patient
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed


@require_safe
@never_cache
@allowed("billing.view_bill", "billing.view_payment")
def bill_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a bill."""
    bill = row_of(Bill.objects.select_related("patient"), pk)
    payments = list(bill.payments.order_by("paid_on", "id"))
    medicine = bill.prescriptions.select_related("item").order_by("id")
    return bill_paper(bill, payments, list(medicine)).answer(f"bill-{pk}")


@require_safe
@never_cache
@allowed("billing.view_bill", "billing.view_payment")
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the receipt of a payment."""
    payment = row_of(Payment.objects.select_related("bill__patient"), pk)
    return receipt_paper(payment).answer(f"receipt-{pk}")


@require_safe
@never_cache
@allowed("billing.view_bill", "billing.view_payment", "patients.view_patient")
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a patient's statement."""
    statement = asked_for(row_of(Patient.objects.all(), pk), PeriodForm(request.GET))
    return statement_paper(statement).answer(f"statement-{pk}")
