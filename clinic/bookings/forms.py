"""The forms that bookings are written down and changed with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.bookings.cautions import ProposedTime, cautions
from clinic.bookings.models import LENGTH_MESSAGE, LIVE, Booking, BookingStatus
from clinic.bookings.overlap import WORDS
from clinic.bookings.wall_clock import is_skipped
from clinic.database.constraints import DAY_MESSAGE
from clinic.patients.forms import clean_email
from clinic.patients.models import Patient
from clinic.patients.picks import PATIENTS_OR_NEW
from clinic.practice.models import LONGEST_MINUTES
from clinic.practice.picks import PRACTITIONERS, SERVICES
from clinic.screens.cautions import Caution, seen_by
from clinic.screens.colleagues import MergesEdits
from clinic.screens.days import FIRST_DAY, LAST_DAY
from clinic.screens.forms import StaffForm
from clinic.screens.numbers import row_number
from clinic.screens.pick import PickField, offer_current
from clinic.screens.widgets import DayInput, TimeInput

USUAL_MINUTES = 30
WHEN = ("practitioner", "date", "start_time", "duration_minutes")
APPOINTMENT = {"practitioner", "date", "start_time"}


class BookingForm(StaffForm[Booking]):
    """Who comes, for what, to whom and when; saved by `clinic.bookings.book`.

    What speaks against the time is shown once, and the next submit books all the same.
    """

    cautions: Sequence[Caution] = ()

    together = (
        ("patient", "patient_name", "patient_phone", "patient_email"),
        ("service", "practitioner", "date", "start_time", "duration_minutes", "status"),
    )

    class Meta:
        model = Booking
        fields = [
            "patient",
            "patient_name",
            "patient_phone",
            "patient_email",
            "service",
            "practitioner",
            "date",
            "start_time",
            "duration_minutes",
            "reason",
            "notes",
        ]
        widgets = {
            "patient_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "patient_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "patient_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "date": DayInput,
            "start_time": TimeInput,
            "duration_minutes": forms.NumberInput(attrs={"min": 1, "max": 1440}),
            "reason": forms.TextInput(attrs={"autocomplete": "off"}),
            "notes": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {"duration_minutes": _("Left empty: as long as the service.")}

    patient = PickField(PATIENTS_OR_NEW, label=_("registered patient"), required=False)
    service = PickField(SERVICES, label=_("service"), required=False)
    practitioner = PickField(PRACTITIONERS, label=_("practitioner"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_current(self, "service", "practitioner")
        self.fields["patient"].queryset |= Patient.objects.filter(pk=self.instance.patient_id)  # type: ignore[attr-defined]
        if "duration_minutes" in self.fields:
            self.fields["duration_minutes"].required = False
        if self.instance.status == BookingStatus.COMPLETED:
            self.fields["patient"].disabled = True  # the record and the bill are this patient's
        if self.instance.pk is None:
            texts = ("patient_name", "patient_phone", "patient_email", "reason", "notes", "duration_minutes")
            self.initial = {**self.initial, **dict.fromkeys(texts, ""), **(kwargs.get("initial") or {})}

    def clean_date(self) -> date:
        """Refuse a day that no calendar shows; one that a script wrote may stay."""
        day: date = self.cleaned_data["date"]
        if self.is_touched("date") and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(DAY_MESSAGE)
        return day

    def clean_duration_minutes(self) -> int | None:
        """Refuse what the database would, before the time is reckoned with."""
        minutes: int | None = self.cleaned_data["duration_minutes"]
        if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
            raise ValidationError(LENGTH_MESSAGE)
        return minutes

    def clean_patient_email(self) -> str:
        """Refuse what cannot be an e-mail address."""
        return clean_email(self.cleaned_data["patient_email"])

    def clean(self) -> dict[str, Any]:
        """Ask for somebody to come, and take the service's length where none is given."""
        data = super().clean() or self.cleaned_data
        is_named = "patient_name" in self.errors or (data.get("patient_name") or "").strip()
        if not data.get("patient") and not is_named:
            self.add_error("patient_name", _("Choose a patient, or give a name."))
        if data.get("duration_minutes") is None:
            service = data.get("service")
            data["duration_minutes"] = service.duration_minutes if service else USUAL_MINUTES
        if not self.errors and any(self.is_touched(name) for name in WHEN):
            self._look_at_the_time(self.proposed_time())
        return data

    def proposed_time(self) -> ProposedTime:
        """Return when somebody is to come, and to whom."""
        return ProposedTime(
            *(self.cleaned_data[name] for name in ("date", "start_time", "duration_minutes", "practitioner"))
        )

    def matters(self, watched: str, touched: Collection[str]) -> bool:
        """Ask about a status only when an appointment was moved that is over by now, or will not be."""
        return self.instance.status not in LIVE and not APPOINTMENT.isdisjoint(touched)

    def _look_at_the_time(self, wanted: ProposedTime) -> None:
        if not FIRST_DAY <= wanted.day <= LAST_DAY:
            return
        if wanted.start and is_skipped(wanted.range[0]):
            words = _("The clock is put forward on this day and never shows %(time)s. Choose another time.")
            self.add_error("start_time", words % {"time": f"{wanted.start:%H:%M}"})
            return
        self.cautions = list(cautions(wanted))
        if any(caution.key not in seen_by(self) for caution in self.cautions):
            self.add_error(None, _("Nothing is saved yet. Read the warning, then save again to book all the same."))

    def _get_validation_exclusions(self) -> set[str]:
        # The database alone decides about double bookings: asked beforehand, a form sent twice would meet itself.
        return super()._get_validation_exclusions() | {"practitioner"}  # type: ignore[misc,no-any-return]

    def add_error(self, field: str | None, error: Any) -> None:
        """Put the refusal of a double booking beside the time that it concerns."""
        words = error.messages if isinstance(error, ValidationError) else [str(error)]
        is_about_time = field is None and str(WORDS) in words and "start_time" in self.fields
        super().add_error("start_time" if is_about_time else field, [str(WORDS)] if is_about_time else error)


class WalkInForm(BookingForm):
    """Who stands at the desk, and for what; the day is today and there is no time."""

    class Meta(BookingForm.Meta):
        fields = ["patient", "patient_name", "patient_phone", "service", "practitioner", "reason"]

    def proposed_time(self) -> ProposedTime:
        """Return today, at any time."""
        return ProposedTime(
            timezone.localdate(), None, self.cleaned_data["duration_minutes"], self.cleaned_data["practitioner"]
        )

    def save(self, commit: bool = True) -> Any:
        """Carry the length over, which the form does not show."""
        self.instance.duration_minutes = self.cleaned_data["duration_minutes"]
        return super().save(commit)


class ReasonForm(MergesEdits, forms.Form):
    """Why a booking is declined or cancelled."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


UNREADABLE = _("Nothing is declined yet: it was lost how many you confirmed. Look at the number, then send it again.")


class UnansweredForm(ReasonForm):
    """Why old requests are declined, and how many the page said there were."""

    confirmed = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), UNREADABLE),
    )

    @property
    def number(self) -> int:
        """How many the page asks about."""
        told = str(self["confirmed"].value())
        return row_number(told) or int(self.initial["confirmed"])

    def full_clean(self) -> None:
        """Ask about the number that there is now when the one that was confirmed cannot be read."""
        super().full_clean()
        if "confirmed" in self.errors:
            self.confirm(self.initial["confirmed"])

    def confirm(self, number: int) -> None:
        """Ask about another number; what was typed stays."""
        self.data = {**dict(self.data.items()), "confirmed": str(number)}
