"""What the manager sets up: services, practitioners with their hours, and days when nobody comes."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.practice.hours_in_words import written_hours
from clinic.practice.models import BlockedDay, Practitioner, Service, Weekday, WorkingHours
from clinic.practice.picks import ANY_PRACTITIONER
from clinic.practice.set_hours import Stretch, set_hours
from clinic.screens.forms import LONGEST_LINE, StaffForm
from clinic.screens.pick import PickField, offer_current
from clinic.screens.widgets import DayInput

STRETCH = re.compile(r"\s*(\d{1,2})[:.]?(\d{2})?\s*[-\N{EN DASH}]\s*(\d{1,2})[:.]?(\d{2})?\s*")


class ServiceForm(StaffForm[Service]):
    """A service with its price and length."""

    class Meta:
        model = Service
        fields = ["name", "price", "duration_minutes", "is_active"]
        widgets = {"name": forms.TextInput(attrs={"autofocus": True})}
        help_texts = {"is_active": gettext_lazy("Only active services can be booked.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial = {"price": "0.00", "duration_minutes": 30, "is_active": True}


class PractitionerForm(StaffForm[Practitioner]):
    """A practitioner, and for each weekday the hours as people write them: `9-12, 13:30-17`."""

    class Meta:
        model = Practitioner
        fields = ["full_name", "specialty", "is_active"]
        widgets = {"full_name": forms.TextInput(attrs={"autofocus": True}), "specialty": forms.TextInput}
        help_texts = {"is_active": gettext_lazy("Only active practitioners can be booked.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial = {"is_active": True, "specialty": ""}
        written = written_hours(self._hours())
        for weekday in Weekday:
            self.fields[_field(weekday)] = forms.CharField(
                label=weekday.label,
                required=False,
                initial=written.get(weekday, ""),
                max_length=LONGEST_LINE,
                widget=forms.TextInput(attrs={"placeholder": _("closed"), "autocomplete": "off"}),
            )

    def _hours(self) -> list[WorkingHours]:
        return list(WorkingHours.objects.filter(practitioner=self.instance.pk)) if self.instance.pk else []

    @property
    def weekdays(self) -> list[forms.BoundField]:
        """The fields of the hours, Monday first."""
        return [self[_field(weekday)] for weekday in Weekday]

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields of the person."""
        return [self[name] for name in self._meta.fields or ()]

    def clean(self) -> dict[str, Any]:
        """Read the hours of each weekday."""
        data = super().clean() or self.cleaned_data
        self.hours: list[Stretch] = []
        for weekday in Weekday:
            try:
                self.hours += read_hours(weekday, data.get(_field(weekday), ""))
            except forms.ValidationError as error:
                self.add_error(_field(weekday), error)
        return data

    def save(self, commit: bool = True) -> Practitioner:
        """Save the person and replace the hours, in the transaction around."""
        practitioner: Practitioner = super().save(commit)
        if written_hours(self.hours) != written_hours(self._hours()):
            set_hours(practitioner, self.hours)
        return practitioner


class BlockedDayForm(StaffForm[BlockedDay]):
    """Days on which one practitioner, or everybody, is away."""

    together = (("practitioner", "first_day", "last_day"),)

    practitioner = PickField(
        ANY_PRACTITIONER,
        label=gettext_lazy("practitioner"),
        required=False,
        empty_label=gettext_lazy("the whole clinic"),
    )

    class Meta:
        model = BlockedDay
        fields = ["practitioner", "first_day", "last_day", "reason"]
        widgets = {"first_day": DayInput, "last_day": DayInput, "reason": forms.TextInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_current(self, "practitioner")
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Left empty: one day.")

    def clean_last_day(self) -> Any:
        """Take one day where no last one is given."""
        return self.cleaned_data["last_day"] or self.cleaned_data.get("first_day")


def _field(weekday: int) -> str:
    return f"hours_{weekday}"


def read_hours(weekday: int, text: str) -> list[Stretch]:
    """Read the hours of one weekday; raises a `ValidationError` in words."""
    stretches = sorted(_stretch(weekday, part) for part in re.split(r"[,;]", text) if part.strip())
    for before, after in pairwise(stretches):
        if after.starts < before.ends:
            raise forms.ValidationError(_("These hours overlap with others of the same day."))
    return stretches


def _stretch(weekday: int, text: str) -> Stretch:
    match = STRETCH.fullmatch(text)
    if match is None:
        raise forms.ValidationError(_("Write the hours like 9:00-12:00, 13:30-17:00."))
    hour, minute, last_hour, last_minute = (int(part or 0) for part in match.groups())
    try:
        stretch = Stretch(weekday, time(hour, minute), time(last_hour, last_minute))
    except ValueError:
        words = _("A day has the hours 0:00 to 23:59. Until midnight is written %(hour)d:%(minute)02d-23:59.")
        raise forms.ValidationError(words % {"hour": min(hour, 23), "minute": min(minute, 59)}) from None
    if stretch.ends <= stretch.starts:
        words = _("The end must come after the start. A night is two days: 22:00-23:59, and 0:00-6:00 on the next.")
        raise forms.ValidationError(words)
    return stretch
