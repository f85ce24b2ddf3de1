"""Hide a patient from the lists, and bring one back."""

from __future__ import annotations

from django.db.models.functions import Now

from clinic.patients.models import Patient


def archive(patient_id: int) -> None:
    """Hide a patient; archiving an archived one changes nothing."""
    Patient.objects.filter(pk=patient_id, archived_at=None).update(archived_at=Now())


def restore(patient_id: int) -> None:
    """Show an archived patient again."""
    Patient.objects.filter(pk=patient_id, archived_at__isnull=False).update(archived_at=None)
