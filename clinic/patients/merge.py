"""Make one patient out of two who are the same person."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.desk.conflicts import RowChangedError, RowGoneError, gone, version
from clinic.errors import ClinicError
from clinic.patients.models import Patient, PatientMerge, Sex

FILLED = ("last_name", "birth_date", "phone", "email", "address", "blood_type")
JOINED = ("allergies", "notes")


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
    _fill(kept, merged)
    return kept


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


def _fill(kept: Patient, merged: Patient) -> None:
    for name in FILLED:
        setattr(kept, name, getattr(kept, name) or getattr(merged, name))
    for name in JOINED:
        parts = dict.fromkeys(part for part in (getattr(kept, name), getattr(merged, name)) if part)
        setattr(kept, name, "\n".join(parts))
    if kept.sex == Sex.UNKNOWN:
        kept.sex = merged.sex
    kept.registered_on = min(kept.registered_on, merged.registered_on)
    _keep_reference(kept, merged)
    if merged.archived_at is None:
        kept.archived_at = None
    kept.save()


def _keep_reference(kept: Patient, merged: Patient) -> None:
    if not merged.external_ref:
        return
    if not kept.external_ref:
        kept.external_ref = merged.external_ref
        return
    remark = _("Also known as %s.") % merged.external_ref
    kept.notes = f"{kept.notes}\n{remark}".strip()
