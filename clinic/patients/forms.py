"""The form that a patient is registered and edited with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.patients.duplicates import possible_duplicates
from clinic.patients.models import Patient
from clinic.screens.forms import StaffForm
from clinic.screens.widgets import DayInput

NOT_THESE = "not_these"
"""Names the hidden inputs that say which patients the user has seen and taken for others."""

IDENTITY = ("first_name", "last_name", "birth_date", "phone", "email")


def clean_email(text: str) -> str:
    """Check the text of a column for e-mail addresses; raises a `ValidationError`."""
    return str(forms.EmailField(required=False).clean(text.strip()))


class PatientForm(StaffForm[Patient]):
    """A patient's data; a person who may be registered already is shown before a new one is saved."""

    duplicates: list[Patient] = []

    class Meta:
        model = Patient
        fields = [
            "first_name",
            "last_name",
            "birth_date",
            "sex",
            "phone",
            "email",
            "address",
            "blood_type",
            "allergies",
            "notes",
        ]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
            "last_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "birth_date": DayInput,
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "address": forms.TextInput(attrs={"autocomplete": "off"}),
            "allergies": forms.TextInput,
        }

    def clean_email(self) -> str:
        """Refuse what cannot be an e-mail address."""
        return clean_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Ask whether a person like this one is another one, about each such person once."""
        data = super().clean() or self.cleaned_data
        if not self.is_edit and not self.errors:
            found = possible_duplicates(**{name: data[name] for name in IDENTITY})
            seen = self.data.getlist(NOT_THESE)
            if any(str(patient.pk) not in seen for patient in found):
                self.duplicates = list(found)
                self.add_error(None, _("This person may be registered already. Look first, then save."))
        return data
