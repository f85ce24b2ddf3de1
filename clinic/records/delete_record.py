"""Delete a medical record and return what it prescribed."""

from __future__ import annotations

from django.db import transaction

from clinic.records.models import MedicalRecord
from clinic.records.prescribe import take_back


@transaction.atomic
def delete_record(record_id: int) -> None:
    """Delete a record, putting its prescriptions back into stock; one that is gone already changes nothing.

    The record is locked first, so that nothing can be prescribed on it meanwhile.
    """
    record = MedicalRecord.objects.select_for_update().filter(pk=record_id).first()
    if record is None:
        return
    take_back(list(record.prescriptions.select_for_update().order_by("id")))
    record.delete()
