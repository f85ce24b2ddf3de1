"""A constraint that the database enforced, as the sentence a person reads."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.utils.text import capfirst
from django.utils.translation import gettext as _


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
    return str(capfirst(". ".join(part.rstrip(".") for part in said if part))) + "." if any(said) else _("Refused.")


def _diagnosis(error: IntegrityError) -> Any:
    return getattr(error.__cause__, "diag", None)
