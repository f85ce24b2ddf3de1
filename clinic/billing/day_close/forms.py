"""The forms of the day close and the statement."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.billing.amounts import AmountField
from clinic.screens.widgets import DayInput


class DayForm(forms.Form):
    """Which day is shown."""

    day = forms.DateField(label=_("day"), widget=DayInput)


class CountForm(forms.Form):
    """What is in the drawer; the page's fragment adds `seen`, which moves with the takings it shows."""

    counted = AmountField(
        label=_("counted cash"),
        min_value=Decimal(0),
        help_text=_("The day's cash in the drawer, without what was in it in the morning."),
    )
    note = forms.CharField(label=_("note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class PeriodForm(forms.Form):
    """From when and until when a statement lists; both days are included, either may be left out."""

    since = forms.DateField(label=_("from"), required=False, widget=DayInput)
    until = forms.DateField(label=_("to"), required=False, widget=DayInput)

    def clean_until(self) -> object:
        """Refuse a period that ends before it begins."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(_("The period ends before it begins; exchange the two days."))
        return until
