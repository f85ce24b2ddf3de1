"""The forms of the consulting room: a medical record, and a prescription on it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.inventory.picks import IN_STOCK
from clinic.practice.picks import PRACTITIONERS
from clinic.records.models import MedicalRecord
from clinic.records.vitals import VITALS, Vital
from clinic.screens.cautions import Caution, seen_by
from clinic.screens.forms import StaffForm
from clinic.screens.pick import PickField, offer_current
from clinic.screens.widgets import DayInput

STORY = ("chief_complaint", "diagnosis", "treatment_plan", "notes")


class RecordForm(StaffForm[MedicalRecord]):
    """What was complained of, found, measured and planned at a visit."""

    together = (("visit_on", "follow_up_on"), ("systolic_mmhg", "diastolic_mmhg"))

    practitioner = PickField(PRACTITIONERS, label=_("practitioner"), required=False, empty_label=_("not said"))

    class Meta:
        model = MedicalRecord
        fields = ["visit_on", "practitioner", "follow_up_on", *STORY, *[vital.name for vital in VITALS]]
        widgets = {
            "visit_on": DayInput,
            "follow_up_on": DayInput,
            "chief_complaint": forms.TextInput(attrs={"autofocus": True}),
            "diagnosis": forms.TextInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_edit and not self.initial.get("visit_on"):
            self.initial["visit_on"] = timezone.localdate()
        offer_current(self, "practitioner")
        for vital in VITALS:
            self._measure(vital)

    def _measure(self, vital: Vital) -> None:
        field = self.fields[vital.name]
        field.label = f"{vital.label} ({vital.unit})"
        field.widget.attrs |= {"min": vital.low, "max": vital.high, "step": vital.step, "inputmode": "decimal"}

    def _refuse_the_implausible(self) -> None:
        for vital in VITALS:
            value = self.cleaned_data.get(vital.name)
            if value is not None and not Decimal(vital.low) <= value <= Decimal(vital.high):
                words = _("The %(vital)s must lie between %(low)s and %(high)s %(unit)s.")
                said = {"vital": vital.label, "low": vital.low, "high": vital.high, "unit": vital.unit}
                self.add_error(vital.name, words % said)

    @property
    def vitals(self) -> list[forms.BoundField]:
        """The measurements, in the order they are taken."""
        return [self[vital.name] for vital in VITALS]

    @property
    def story(self) -> list[forms.BoundField]:
        """The texts."""
        return [self[name] for name in STORY]

    @property
    def frame(self) -> list[forms.BoundField]:
        """When, by whom, and when again."""
        return [self["visit_on"], self["practitioner"], self["follow_up_on"]]

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be, alone or together."""
        data = super().clean() or self.cleaned_data
        self._refuse_the_implausible()
        if _is_above(data.get("visit_on"), data.get("follow_up_on")):
            self.add_error("follow_up_on", _("The follow-up cannot come before the visit."))
        if _is_above(data.get("diastolic_mmhg"), data.get("systolic_mmhg")):
            self.add_error("diastolic_mmhg", _("The diastolic pressure cannot exceed the systolic."))
        return data


def _is_above(one: Any, other: Any) -> bool:
    return one is not None and other is not None and bool(one > other)


class PrescriptionForm(forms.Form):
    """What to give, how much, and how it is to be taken; with a reason when something speaks against it."""

    cautions: Sequence[Caution] = ()

    item = PickField(IN_STOCK, label=_("item"))
    quantity = forms.IntegerField(label=_("quantity"), min_value=1, max_value=1_000_000, initial=1)
    dosage = forms.CharField(label=_("dosage"), required=False, max_length=500)
    reason = forms.CharField(label=_("reason to prescribe it all the same"), required=False, max_length=500)

    @property
    def usual(self) -> list[forms.BoundField]:
        """What is asked for each time; the reason is asked for below its warning."""
        return [self["item"], self["quantity"], self["dosage"]]

    @property
    def seen(self) -> list[str]:
        """The keys of the cautions that were shown."""
        return seen_by(self)

    def ask(self, cautions: Sequence[Caution]) -> None:
        """Show what speaks against it; the next submit, with a reason, is taken as an answer to just this."""
        self.cautions = cautions
        self.fields["reason"].required = True
        self.fields["reason"].widget.attrs["autofocus"] = True
