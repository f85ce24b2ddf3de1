"""Telephone numbers, however they are written: abroad, at home, with brackets, in Arabic digits."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from django.conf import settings

INSIDE_A_COUNTRY = re.compile(r"\(\s*0\s*\)")
TO_ANOTHER_COUNTRY = re.compile(r"^\W*00")


def digits(text: str) -> str:
    """Keep the digits of a text, without the zero that (0) dials inside a country."""
    kept = (character for character in INSIDE_A_COUNTRY.sub("", text) if character.isdecimal())
    return "".join(str(unicodedata.decimal(character)) for character in kept)


def national(text: str) -> str:
    """Return the digits that a number has in every spelling: no country's code, nothing dialled before an area's."""
    dialled = TO_ANOTHER_COUNTRY.sub("+", INSIDE_A_COUNTRY.sub("", text))
    try:
        number = phonenumbers.parse(dialled, settings.CLINIC_COUNTRY)
    except phonenumbers.NumberParseException:
        return digits(text).lstrip("0")
    return str(phonenumbers.national_significant_number(number)).lstrip("0")
