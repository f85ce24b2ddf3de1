"""Delete a patient who left no trace in money or medicine."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.errors import ClinicError
from clinic.patients.models import Patient


class PatientHasHistoryError(ClinicError):
    """A patient with bills or medical records is not deleted; archive instead."""


@transaction.atomic
def delete_patient(patient_id: int) -> None:
    """Delete a patient and the patient's bookings.

    The row is locked first, so no bill and no record can be added meanwhile. Raises `PatientHasHistoryError`.
    """
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None:
        return
    if reason := reason_to_keep(patient):
        raise PatientHasHistoryError(reason)
    patient.delete()


def reason_to_keep(patient: Patient) -> str:
    """Say why a patient cannot be deleted; empty if nothing speaks against it."""
    bills, records = patient.bills.count(), patient.medical_records.count()
    kept = []
    if bills:
        kept.append(ngettext("%d bill", "%d bills", bills) % bills)
    if records:
        kept.append(ngettext("%d medical record", "%d medical records", records) % records)
    if not kept:
        return ""
    words = _("%(patient)s has %(kept)s, which must be kept. Archive the patient instead.")
    return words % {"patient": patient, "kept": _(" and ").join(kept)}
