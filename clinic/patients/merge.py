"""Make one patient out of two who are the same person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Expression, Field
from django.db.models.fields import NOT_PROVIDED
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.errors import ClinicError
from clinic.patients.models import Patient, PatientMerge, PatientReference
from clinic.screens.conflicts import RowChangedError, RowGoneError, gone, version

LEFT_OUT = {
    "id": "the kept one's number stays",
    "changed_at": "the database writes it at each change",
    "changed_by": "the database writes it at each change",
}
"""Columns that a merge takes nothing into, with the reason. What the database generates is left out, too."""


class SamePatientError(ClinicError):
    """A patient cannot be merged with itself; choose another one."""


@transaction.atomic
def merge(kept_id: int, merged_id: int, *, seen: dict[int, str]) -> Patient:
    """Move everything of one patient to another and delete the first; gaps in the kept one's data are filled.

    Both rows are locked in the order of their ids, so that nothing can be added to either meanwhile and two
    merges of the same pair cannot deadlock. `seen` holds the versions the user looked at: raises
    `RowChangedError` or `RowGoneError` when one of them is another now.
    """
    if kept_id == merged_id:
        raise SamePatientError
    kept, merged = _locked(kept_id, merged_id, seen)
    for relation in Patient._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: merged})
        rows.update(**{relation.field.name: kept})
    PatientMerge.objects.create(merged_id=merged.pk, merged_name=str(merged), kept=kept)
    Patient.objects.filter(pk=merged.pk).delete()
    for name, value in after_merge(kept, merged).items():
        setattr(kept, name, value)
    kept.save()
    _keep_reference(kept, merged)
    return kept


def after_merge(kept: Patient, merged: Patient) -> dict[str, Any]:
    """Return what the kept patient's row says after the merge.

    A column without a rule of its own is filled where it is empty or still as a new row has it; so is one to come.
    """
    return {
        column.name: RULES.get(column.name, _filled(column))(getattr(kept, column.name), getattr(merged, column.name))
        for column in columns()
    }


def columns() -> list[Any]:
    """List the columns that a merge is about."""
    return [column for column in Patient._meta.concrete_fields if not column.generated and column.name not in LEFT_OUT]


def _filled(column: Field[Any, Any]) -> Callable[[Any, Any], Any]:
    default = column.db_default
    empty = ("", None) if default is NOT_PROVIDED or isinstance(default, Expression) else ("", None, default)
    return lambda kept, merged: merged if kept in empty else kept


def _joined(by: str) -> Callable[[str, str], str]:
    return lambda kept, merged: by.join(dict.fromkeys(text for text in (kept, merged) if text))


def _archived(kept: datetime | None, merged: datetime | None) -> datetime | None:
    """Keep a person in the lists who is in them once."""
    return kept and merged and kept


RULES: dict[str, Callable[[Any, Any], Any]] = {
    "allergies": _joined("; "),  # one line, as its input is
    "notes": _joined("\n"),
    "registered_on": min,
    "archived_at": _archived,
}


def _locked(kept_id: int, merged_id: int, seen: dict[int, str]) -> tuple[Patient, Patient]:
    rows = Patient.objects.filter(pk__in=[kept_id, merged_id]).order_by("pk").select_for_update()
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise _one_is_gone(kept_id, kept_id if kept_id not in found else merged_id)
    for row in found.values():
        if version(row) != seen[row.pk]:
            raise RowChangedError(row)
    return found[kept_id], found[merged_id]


def _one_is_gone(kept_id: int, gone_id: int) -> RowGoneError:
    told = gone(Patient, gone_id)
    back = told.back if gone_id == kept_id else reverse("patient", args=[kept_id])
    return RowGoneError(_("%s Nothing was changed.") % told, back=back, is_known=told.is_known)


def _keep_reference(kept: Patient, merged: Patient) -> None:
    """Keep the reference that the merged one had and the kept one does not take, for imports that go on using it."""
    if merged.external_ref and merged.external_ref != kept.external_ref:
        PatientReference.objects.update_or_create(external_ref=merged.external_ref, defaults={"patient": kept})
