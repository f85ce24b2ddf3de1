"""What somebody leaves who asks for an appointment."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clinic.bookings.public.request_booking import Person


class PersonForm(forms.Form):
    """A name and a phone number; `website` is a trap that people do not see and robots fill in."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
        validators=[
            RegexValidator(r"^[+(]?(?:[\s()./-]*\d){5,}[\s\d()./-]*$", _("Give a phone number we can call, in digits."))
        ],
    )
    email = forms.EmailField(
        label=_("E-mail (optional)"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    reason = forms.CharField(label=_("What is it about? (optional)"), required=False, max_length=200)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def is_from_a_robot(self) -> bool:
        """Tell whether the trap was filled in."""
        return bool(self.cleaned_data["website"])

    def person(self) -> Person:
        """Return who asks."""
        said = self.cleaned_data
        return Person(said["name"], said["phone"], said["email"], said["reason"])
