"""The store's forms: an item, an adjustment; a delivery has a module of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.inventory.adjust import QuantityMovedError, last_movement
from clinic.inventory.models import Item
from clinic.inventory.reasons import StockReason
from clinic.screens.colleagues import MergesEdits
from clinic.screens.conflicts import Difference, RowChangedError, RowGoneError
from clinic.screens.forms import StaffForm
from clinic.screens.widgets import DayInput

LARGEST = 1_000_000
COUNTED = "counted"
WHY = (
    StockReason.USED,
    StockReason.DAMAGED,
    StockReason.EXPIRED,
    StockReason.LOST,
    StockReason.FOUND,
    StockReason.ADJUSTMENT,
)


class ItemForm(StaffForm[Item]):
    """What an item is; its quantity is given once, when it is new, and moved from then on."""

    class Meta:
        model = Item
        fields = ["name", "sku", "category", "unit_price", "quantity", "reorder_level", "expires_on"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
            "sku": forms.TextInput(attrs={"autocomplete": "off"}),
            "category": forms.TextInput,
            "expires_on": DayInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_edit:
            del self.fields["quantity"]

    def clean_sku(self) -> str | None:
        """Store no SKU as none."""
        return self.cleaned_data["sku"] or None


class AdjustForm(MergesEdits, forms.Form):
    """A count, or a change with its reason; a count knows the last movement that it saw."""

    reason = forms.ChoiceField(
        label=_("what happened"),
        choices=[(COUNTED, _("counted: this many are there"))] + [(word.value, word.label) for word in WHY],
    )
    number = forms.IntegerField(
        label=_("number"),
        min_value=-LARGEST,
        max_value=LARGEST,
        help_text=_("Counted: what is there. Adjustment: the change, such as -2. All others: how many."),
        widget=forms.NumberInput(attrs={"autofocus": True}),
    )
    note = forms.CharField(label=_("note"), required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, item_id: int = 0) -> None:
        last = last_movement(item_id)
        super().__init__(data, initial={"seen": last.pk if last else 0})

    def clean(self) -> dict[str, Any]:
        """Refuse a count below zero, and a change of nothing; give the change the sign of its reason."""
        data = super().clean() or self.cleaned_data
        number, is_count = data.get("number"), data.get("reason") == COUNTED
        if number is None or "reason" not in data:
            return data
        if is_count and number < 0:
            self.add_error("number", _("The quantity cannot be negative."))
        elif not is_count and number == 0:
            self.add_error("number", _("The change cannot be zero."))
        elif not is_count:
            data["number"] = self._signed(StockReason(data["reason"]), number)
        return data

    def _signed(self, reason: StockReason, number: int) -> int:
        """Take `damaged: 2` for two less, as -2 says too; what adds takes no sign but a plus."""
        if reason.sign > 0 > number:
            words = _("“%(reason)s” adds to the stock: give how many, without a minus.")
            self.add_error("number", words % {"reason": reason.label})
        return -abs(number) if reason.sign < 0 else number

    @property
    def done(self) -> str:
        """Say what a valid form does, so that a slip of the sign is seen at once."""
        if not (self.is_bound and self.is_valid()):
            return ""
        number, reason = self.cleaned_data["number"], self.cleaned_data["reason"]
        if reason == COUNTED:
            return str(_("Counted: %d are there.") % number)
        words = (
            _("%(number)d taken out of stock: %(reason)s.")
            if number < 0
            else _("%(number)d put into stock: %(reason)s.")
        )
        return str(words % {"number": abs(number), "reason": StockReason(reason).label})

    def show_conflict(self, error: RowChangedError | RowGoneError) -> None:
        """Say what moved meanwhile; the next submit is taken as a count after it."""
        super().show_conflict(error)
        if isinstance(error, QuantityMovedError):
            books, counted = str(error.row.quantity), str(self.cleaned_data["number"])
            self.differences = [Difference(str(_("quantity")), books, counted)]
            self.data = QueryDict.copy(self.data)  # type: ignore[arg-type]
            self.data["seen"] = str(error.seen)
