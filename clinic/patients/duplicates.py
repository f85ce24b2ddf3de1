"""Patients who may be the same person: same birth date and nearly the same name, same phone, or same e-mail."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Least

from clinic.patients.models import Patient
from clinic.screens import phones, search

SHOWN = 5
SHORTEST_PHONE = 5
"""Fewer digits than these are an extension or a slip, not a telephone number."""


def possible_duplicates(
    *, first_name: str, last_name: str, birth_date: date | None, phone: str, email: str, other_than: int = 0
) -> QuerySet[Patient]:
    """Find up to `SHOWN` patients who may be this person, the likeliest first; archived ones count."""
    is_named = Q(typos__lt=2)
    signs = [is_named & Q(birth_date=birth_date)] if birth_date else []
    if len(number := phones.national(phone)) >= SHORTEST_PHONE:
        signs.append(Q(search_text__endswith=f"{number} "))
    if email:
        signs.append(Q(search_text__finds=email, email__iexact=email))
    any_sign = Q(pk=None)
    for sign in signs:
        any_sign |= sign
    known = Patient.objects.alias(typos=_typos(first_name, last_name))
    likeness = sum((_one_if(sign) for sign in (*signs, is_named)), Value(2)) - F("typos")
    return known.filter(any_sign).exclude(pk=other_than).order_by(likeness.desc(), "id")[:SHOWN]


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


def _typos(first_name: str, last_name: str) -> Least:
    """Count the slips between a patient's name and this one, whichever of its names comes first."""
    known = search.Words(Concat("first_name", Value(" "), "last_name", output_field=TextField()))
    given = (f"{first_name} {last_name}", f"{last_name} {first_name}")
    return Least(*(search.Typos(known, search.Words(Value(name))) for name in given))


def _one_if(sign: Q) -> Case:
    return Case(When(sign, then=1), default=0)
