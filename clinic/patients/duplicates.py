"""Patients who may be the same person: same name and birth date, same phone, or same e-mail."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Upper

from clinic.patients.models import Digits, Patient

SHOWN = 5
SHORTEST_PHONE = 5
"""Fewer digits than these are an extension or a slip, not a telephone number."""


def digits(text: str) -> str:
    """Keep the digits of a text."""
    return re.sub(r"\D", "", text)


def possible_duplicates(
    *, first_name: str, last_name: str, birth_date: date | None, phone: str, email: str, other_than: int = 0
) -> QuerySet[Patient]:
    """Find up to `SHOWN` patients who may be this person; archived ones count."""
    same = Q(pk=None)
    if birth_date:
        same |= Q(birth_date=birth_date, first_name__iexact=first_name, last_name__iexact=last_name)
    if len(digits(phone)) >= SHORTEST_PHONE:
        same |= Q(phone_digits=digits(phone))
    if email:
        same |= Q(upper_email=email.upper())
    known = Patient.objects.alias(phone_digits=Digits(F("phone")), upper_email=Upper("email"))
    return known.filter(same).exclude(pk=other_than).order_by("id")[:SHOWN]


def duplicates_of(patient: Patient) -> QuerySet[Patient]:
    """Find patients who may be the same person as this one."""
    return possible_duplicates(
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
        email=patient.email,
        other_than=patient.pk,
    )
