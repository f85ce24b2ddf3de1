"""How patients are picked."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from clinic.patients.filters import found
from clinic.patients.models import Patient
from clinic.screens.pick import Picks


class PatientPicks(Picks[Patient]):
    """Patients who are not archived, by name."""

    model = Patient
    address = "patient-find"
    noun = _("patient")
    placeholder = _("Name, phone, e-mail or reference")

    def rows(self) -> QuerySet[Patient]:
        """Leave archived patients out."""
        return Patient.objects.filter(archived_at=None).order_by("last_name", "first_name", "id")

    def found(self, rows: QuerySet[Patient], text: str) -> QuerySet[Patient]:
        """Find as the list of patients does."""
        return found(rows, text)

    def facts(self, row: Patient) -> str:
        """Tell birth date and phone."""
        born = formats.date_format(row.birth_date, "j M Y") if row.birth_date else ""
        return " · ".join(fact for fact in (born, row.phone) if fact)

    def details(self, row: Patient) -> dict[str, str]:
        """Return how the patient is reached."""
        return {"phone": row.phone, "email": row.email}

    def unfit(self, row: Patient) -> str:
        """Only archived patients cannot be chosen."""
        return now_("%s is archived. Restore the patient first, or choose another one.") % row


class PatientsOrNew(PatientPicks):
    """The same, or somebody who is not registered yet."""

    query = "?new=1"

    def new(self, text: str) -> str:
        """Offer to take the text for a name."""
        return now_("New patient named “%s”") % text

    def said(self, text: str, count: int) -> str:
        """Say that nobody has to be registered to be booked."""
        words = super().said(text, count)
        return words if count else f"{words} {now_('A name and a phone are enough.')}"


class AllPatients(PatientPicks):
    """Archived patients too."""

    query = "?all=1"

    def rows(self) -> QuerySet[Patient]:
        """Leave nobody out."""
        return Patient.objects.order_by("last_name", "first_name", "id")

    def facts(self, row: Patient) -> str:
        """Tell who is archived."""
        archived = now_("archived") if row.archived_at else ""
        return " · ".join(fact for fact in (super().facts(row), archived) if fact)


PATIENTS, PATIENTS_OR_NEW, ALL_PATIENTS = PatientPicks(), PatientsOrNew(), AllPatients()
