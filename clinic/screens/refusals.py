"""A constraint that the database enforced, as the sentence a person reads.

The database writes for people at `psql`; staff read amounts with the currency, and bills as they are quoted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.money import written

AMOUNT = re.compile(r"(?<![\w.,])-?\d+\.\d{2}(?![\w,]|\.\d)")
BILL = re.compile(r"\bbill (?=\d)")


def constraint_of(error: IntegrityError) -> str:
    """Name the constraint that was broken."""
    return str(getattr(_diagnosis(error), "constraint_name", None) or "")


def words_of_refusal(error: IntegrityError) -> str:
    """Say what was wrong: the model's own words for the constraint, else the database's."""
    name = constraint_of(error)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if (
                constraint.name == name
                and constraint.violation_error_message != constraint.default_violation_error_message
            ):
                return str(constraint.violation_error_message)
    diagnosis = _diagnosis(error)
    said = [getattr(diagnosis, "message_primary", None), getattr(diagnosis, "message_hint", None)]
    words = ". ".join(part.rstrip(".") for part in said if part)
    return f"{capfirst(_as_staff_write(words))}." if words else _("Refused.")


def _as_staff_write(words: str) -> str:
    with_currency = AMOUNT.sub(lambda amount: written(Decimal(amount[0])), words)
    return BILL.sub("bill #", with_currency)


def _diagnosis(error: IntegrityError) -> Any:
    return getattr(error.__cause__, "diag", None)
