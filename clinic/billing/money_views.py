"""What is done with a bill over HTTP: a payment, the whole balance at once, a refund, and voiding it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clinic.billing.forms import MarkPaidForm, OnBillForm, PaymentForm, RefundForm, VoidForm
from clinic.billing.mark_paid import mark_paid
from clinic.billing.record_payment import record_payment
from clinic.billing.refund import refund
from clinic.billing.views import bill_of
from clinic.billing.void_bill import void_bill
from clinic.money import written
from clinic.screens.colleagues import SEEN
from clinic.screens.guards import allowed
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit

TEMPLATE = "billing/money.html"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.add_payment", "billing.view_bill")
@keep_input_when_gone(PaymentForm, TEMPLATE)
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a payment: the balance, unless another amount is typed."""

    def take(said: dict[str, Any]) -> None:
        record_payment(pk, said["amount"], said["method"], said["reference"], paid_on=said["paid_on"], seen=said[SEEN])

    return _ask(request, pk, PaymentForm, take, _("The payment is recorded."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.refund_payment", "billing.view_bill")
@keep_input_when_gone(RefundForm, TEMPLATE)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Refund money, with a reason."""

    def give(said: dict[str, Any]) -> None:
        refund(pk, said["amount"], said["method"], said["reason"], seen=said[SEEN])

    return _ask(request, pk, RefundForm, give, _("The refund is recorded."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.void_bill")
@keep_input_when_gone(VoidForm, TEMPLATE)
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a bill, with a reason."""

    def annul(said: dict[str, Any]) -> None:
        void_bill(pk, said["reason"], seen=said[SEEN])

    return _ask(request, pk, VoidForm, annul, _("The bill is void."))


@require_POST
@never_cache
@allowed("billing.add_payment", "billing.view_bill")
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the balance that the button showed."""
    back = bill_of(pk).get_absolute_url()
    form = MarkPaidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was taken: the button said no amount and method. Click it again."))
        return HttpResponseRedirect(back)
    said = form.cleaned_data

    def change() -> str:
        mark_paid(pk, said["method"], said["expected"])
        return back

    return perform(request, change, _("%s is taken; the bill is paid.") % written(said["expected"]), back)


def _ask(
    request: HttpRequest,
    pk: int,
    form_of: Callable[..., OnBillForm],
    act: Callable[[dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """Show a form about a bill and, when it is sent, act on what it says."""
    bill = bill_of(pk)
    form = form_of(sent(request), bill)

    def change() -> str:
        act(form.cleaned_data)
        return bill.get_absolute_url()

    context = {"bill": bill, "topic": "bill", "back": bill.get_absolute_url()}
    return submit(request, form, change, done) or show(request, TEMPLATE, form, **context)
