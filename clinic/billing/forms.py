"""The cashier's forms: a bill's fees, and what is done with its money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from clinic.billing.amounts import AmountField, FeeField
from clinic.billing.models import Bill, PaymentMethod
from clinic.billing.refusals import changed
from clinic.money import written
from clinic.screens.colleagues import SEEN, MergesEdits
from clinic.screens.conflicts import Difference, RowChangedError, RowGoneError, version
from clinic.screens.forms import StaffForm
from clinic.screens.widgets import DayInput

REASON_LENGTH = 500
FEES = ("service_fee", "medicine_fee", "other_fee")


class BillForm(StaffForm[Bill]):
    """What a bill is made of; saved by `clinic.billing.issue_bill` and `edit_bill`."""

    together = tuple((fee, "amount_paid") for fee in (*FEES, "discount"))
    medicine = Decimal(0)

    service_fee = FeeField(label=_("service fee"))
    medicine_fee = FeeField(label=_("medicine fee"))
    other_fee = FeeField(label=_("other fee"))
    discount = FeeField(label=_("discount"))

    class Meta:
        model = Bill
        fields = ["service_fee", "medicine_fee", "other_fee", "discount", "issued_on"]
        widgets = {"issued_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service_fee"].widget.attrs["autofocus"] = True
        if not self.is_edit:
            self.initial["issued_on"] = timezone.localdate()

    def refusal(self, row: Bill) -> RowChangedError:
        """Say what is paid and left by now, too."""
        return changed(row)

    def expect(self, medicine: Decimal) -> None:
        """Say what medicine the database adds to a new bill of a visit that prescribed some."""
        self.medicine = medicine
        if medicine:
            words = _("Beyond the %s that was prescribed, which is added by itself.")
            self.fields["medicine_fee"].help_text = words % written(medicine)

    def clean(self) -> dict[str, Any]:
        """Ask for an amount: a bill of nothing counts as paid. One that is to cost nothing has its fees discounted."""
        data = super().clean() or self.cleaned_data
        fees = [data.get(name) for name in FEES]
        if None not in fees and not any(fees) and not self.medicine:
            words = _(
                "Give an amount: a bill of nothing counts as paid. To charge nothing, give the fee and a discount."
            )
            self.add_error("service_fee", words)
        return data


class OnBillForm(MergesEdits, forms.Form):
    """Something done with a bill, decided on the bill as the form showed it; without a bill, what was typed for it."""

    heading: str | Promise
    """What is done, as its page and its button call it."""
    is_final = False
    """It cannot be undone, and its button looks so."""

    def __init__(self, data: QueryDict | None, bill: Bill | None = None) -> None:
        super().__init__(data, initial=self.usual(bill) if bill else None)
        seen = version(bill) if bill else ""
        self.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput, initial=seen)
        self.instance = bill
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def show_conflict(self, error: RowChangedError | RowGoneError) -> None:
        """Show the bill as it is now, or how it ended, beside what was typed; the next submit is decided on that."""
        super().show_conflict(error)
        if isinstance(error, RowChangedError):
            self.differences = [self.compare(error.row)]
            self.data = QueryDict.copy(self.data)  # type: ignore[arg-type]
            self.data[SEEN] = version(error.row)

    def usual(self, bill: Bill) -> dict[str, Any]:
        """Fill in what is most often meant."""
        return {}

    def compare(self, bill: Bill) -> Difference:
        """Set what the bill says now beside what was meant."""
        raise NotImplementedError


class PaymentForm(OnBillForm):
    """Money that a patient gives."""

    heading = _("Record payment")

    amount = AmountField(label=_("amount"))
    method = forms.ChoiceField(label=_("method"), choices=PaymentMethod.choices)
    reference = forms.CharField(
        label=_("reference"),
        required=False,
        max_length=200,
        help_text=_("Number of a receipt, a transfer or a cheque."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    paid_on = forms.DateField(label=_("paid on"), widget=DayInput)

    def usual(self, bill: Bill) -> dict[str, Any]:
        """Fill in the balance, in cash, today."""
        return {"amount": bill.balance, "method": PaymentMethod.CASH, "paid_on": timezone.localdate()}

    def clean_paid_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(now_("Money cannot have been paid on a day to come."))
        return day

    def compare(self, bill: Bill) -> Difference:
        """Set what is left to pay beside the amount typed."""
        return Difference(now_("left to pay"), written(bill.balance), written(self.cleaned_data["amount"]))


class RefundForm(OnBillForm):
    """Money that a patient gets back."""

    heading = _("Refund")

    amount = AmountField(label=_("amount"))
    method = forms.ChoiceField(label=_("method"), choices=PaymentMethod.choices)
    reason = forms.CharField(label=_("reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))

    def usual(self, bill: Bill) -> dict[str, Any]:
        """Fill in all that is paid, the way the last of it came."""
        last = bill.payments.filter(amount__gt=0).order_by("-id").first()
        return {"amount": bill.amount_paid, "method": last.method if last else PaymentMethod.CASH}

    def compare(self, bill: Bill) -> Difference:
        """Set what is paid beside the amount typed."""
        return Difference(now_("amount paid"), written(bill.amount_paid), written(self.cleaned_data["amount"]))


class VoidForm(OnBillForm):
    """Why a bill is void."""

    heading = _("Void")
    is_final = True

    reason = forms.CharField(label=_("reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))

    def compare(self, bill: Bill) -> Difference:
        """Set what the bill comes to beside nothing."""
        return Difference(now_("total amount"), written(bill.total_amount), now_("void"))


class MarkPaidForm(forms.Form):
    """What the button said."""

    expected = forms.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal("0.01"))
    method = forms.ChoiceField(choices=PaymentMethod.choices)
