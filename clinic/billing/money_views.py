"""Money over HTTP: a payment, the whole balance at once, a refund."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clinic.billing.forms import MarkPaidForm, PaymentForm, RefundForm
from clinic.billing.mark_paid import mark_paid
from clinic.billing.record_payment import record_payment
from clinic.billing.refund import refund
from clinic.billing.views import bill_of
from clinic.desk.forms import SEEN
from clinic.desk.guards import allowed
from clinic.desk.submit import perform, sent, show, submit
from clinic.money import written


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.add_payment", "billing.view_bill")
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a payment: the balance, unless another amount is typed."""
    bill = bill_of(pk)
    form = PaymentForm(sent(request), bill)

    def change() -> str:
        said = form.cleaned_data
        record_payment(pk, said["amount"], said["method"], said["reference"], paid_on=said["paid_on"], seen=said[SEEN])
        return bill.get_absolute_url()

    context = {"bill": bill, "topic": "bill", "back": bill.get_absolute_url()}
    saved = submit(request, form, change, _("The payment is recorded."))
    return saved or show(request, "billing/pay.html", form, **context)


@require_POST
@never_cache
@allowed("billing.add_payment", "billing.view_bill")
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the balance that the button showed."""
    bill = bill_of(pk)
    form = MarkPaidForm(request.POST)
    back = bill.get_absolute_url()
    if not form.is_valid():
        messages.error(request, _("Nothing was taken: the button said no amount and method. Click it again."))
        return HttpResponseRedirect(back)
    said = form.cleaned_data

    def change() -> str:
        mark_paid(pk, said["method"], said["expected"])
        return back

    return perform(request, change, _("%s is taken; the bill is paid.") % written(said["expected"]), back)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.refund_payment", "billing.view_bill")
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Refund money, with a reason."""
    bill = bill_of(pk)
    form = RefundForm(sent(request), bill)

    def change() -> str:
        said = form.cleaned_data
        refund(pk, said["amount"], said["method"], said["reason"], seen=said[SEEN])
        return bill.get_absolute_url()

    context = {"bill": bill, "topic": "bill", "back": bill.get_absolute_url()}
    saved = submit(request, form, change, _("The refund is recorded."))
    return saved or show(request, "billing/refund.html", form, **context)
