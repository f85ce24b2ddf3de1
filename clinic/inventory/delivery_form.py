"""The form of a delivery: its note and as many lines as it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.inventory.forms import LARGEST
from clinic.inventory.picks import ITEMS
from clinic.inventory.receive_delivery import Line
from clinic.screens.numbers import row_number
from clinic.screens.pick import PickField
from clinic.screens.widgets import DayInput

LINES = 6
MOST_LINES = 100
"""No delivery note is longer, and no request may have more lines made."""
PREFIX = "line"


class DeliveryForm(forms.Form):
    """The number on the delivery note."""

    delivery_note = forms.CharField(label=_("delivery note"), max_length=100)


class LineForm(forms.Form):
    """One line of a delivery."""

    item = PickField(ITEMS, label=_("item"))
    quantity = forms.IntegerField(label=_("quantity"), min_value=1, max_value=LARGEST)
    expires_on = forms.DateField(label=_("expires on"), required=False, widget=DayInput)
    take_expired = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    """The day that has passed, sent back by who takes it in all the same."""

    passed: date | None = None

    def clean(self) -> dict[str, Any]:
        """Ask about a day that has passed, once for each day: most often it is a slip, and hides good stock."""
        data = super().clean() or self.cleaned_data
        day = data.get("expires_on")
        if day and day < timezone.localdate():
            self.passed = day
            if data.get("take_expired") != day.isoformat():
                self.add_error(
                    "expires_on", _("This day has passed, and all that is left of the item would count as expired.")
                )
        return data


class Lines(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of a delivery; lines left empty do not count. `typed` is shown in the first ones, unchecked."""

    def __init__(self, data: QueryDict | None = None, typed: Sequence[Mapping[str, str]] = ()) -> None:
        self.typed = typed
        self.extra = max(LINES, len(typed))
        super().__init__(data, prefix=PREFIX)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Show what was typed; the management form knows nothing of it, so that such a line may be emptied."""
        return {"initial": self.typed[index]} if index is not None and index < len(self.typed) else {}

    def non_form_errors(self) -> ErrorList:
        """Say what to do about too many lines."""
        errors = super().non_form_errors()
        if not any(error.code == "too_many_forms" for error in errors.as_data()):
            return errors
        words = _("A delivery has %(most)s lines at most. Enter the rest as another delivery.")
        return ErrorList([words % {"most": MOST_LINES}])

    def clean(self) -> None:
        """Ask for one line at least."""
        if not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(_("Give at least one item and its quantity."))

    def given(self) -> list[Line]:
        """Return the lines that were filled in."""
        filled = [form.cleaned_data for form in self.forms if form.has_changed()]
        return [Line(line["item"].pk, line["quantity"], line["expires_on"]) for line in filled]


LineFormSet: type[Lines] = forms.formset_factory(  # type: ignore[assignment]
    LineForm, formset=Lines, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def with_more_lines(data: QueryDict) -> tuple[DeliveryForm, Lines]:
    """Show again what was typed, unchecked, with more empty lines below; the first of them has the focus."""
    told = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    count = min(row_number(told) or LINES, MOST_LINES)
    typed = [_typed(data, f"{PREFIX}-{n}") for n in range(count)]
    lines = LineFormSet(typed=[*typed, *[{}] * min(LINES, MOST_LINES - count)])
    lines.forms[min(count, MOST_LINES - 1)].fields["item"].widget.attrs["autofocus"] = True
    return DeliveryForm(initial={"delivery_note": data.get("delivery_note", "")}), lines


def _typed(data: QueryDict, prefix: str) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(data, {}, f"{prefix}-{name}")
        for name, field in LineForm.base_fields.items()
    }
