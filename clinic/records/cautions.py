"""What speaks against giving an item to a patient: said before it is given, and given all the same with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from clinic.errors import ClinicError
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.records.allergies import named_in
from clinic.screens.cautions import Caution


class CautionError(ClinicError):
    """Nothing is prescribed yet. Read the warning; to prescribe it all the same, give a reason."""

    def __init__(self, cautions: list[Caution]) -> None:
        super().__init__()
        self.cautions = cautions


def cautions(patient: Patient, item: Item) -> Iterator[Caution]:
    """Yield what speaks against an item as it is now; a key changes with what it tells."""
    if item.is_expired:
        yield Caution(
            f"expired {item.pk} {item.expires_on}",
            _("%(item)s expired on %(day)s.") % {"item": item, "day": item.expiry_words},
        )
    if words := named_in(patient.allergies, item.name):
        said = {"item": item, "words": ", ".join(words)}
        yield Caution(
            f"allergy {item.pk} {said['words']}", _("The patient's allergies name %(words)s: %(item)s.") % said
        )
