"""Patients, and who of them turned out to be another one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.database.clock import Today
from clinic.database.constraints import (
    finite_day,
    not_blank,
    one_of,
    unique_reference,
)
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Actor, Stamped, Witnessed
from clinic.patients.age import age_in_words
from clinic.screens.conflicts import RowGoneError, moment
from clinic.screens.search import Person, search_column, search_index


class Sex(models.TextChoices):
    """Administrative sex, as HL7 FHIR words it."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("unknown")


BLOOD_TYPES = ["", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"]


def full_name(first_name: str, last_name: str) -> str:
    """Write a name as people say it."""
    return f"{first_name} {last_name}".strip()


class Patient(Stamped):
    """A person the clinic cares for."""

    listed_at = "patients"

    first_name = models.TextField(_("first name"))
    last_name = models.TextField(_("last name"), blank=True, db_default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.TextField(_("sex"), choices=Sex.choices, db_default=Sex.UNKNOWN)
    phone = models.TextField(_("phone"), blank=True, db_default="")
    email = models.TextField(_("e-mail"), blank=True, db_default="")
    address = models.TextField(_("address"), blank=True, db_default="")
    blood_type = models.TextField(
        _("blood type"),
        choices=[(word, word or "unknown") for word in BLOOD_TYPES],
        blank=True,
        db_default="",
    )
    allergies = models.TextField(_("allergies"), blank=True, db_default="")
    notes = models.TextField(_("notes"), blank=True, db_default="")
    registered_on = models.DateField(_("registered on"), db_default=Today())
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    external_ref = models.TextField(_("external reference"), null=True, blank=True)
    search_text = search_column(Person("first_name", "last_name", "phone", "email"))

    class Meta:
        db_table = "patient"
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            unique_reference("patient"),
            not_blank("patient", "first_name"),
            one_of("patient", "sex", Sex.values),
            one_of("patient", "blood_type", BLOOD_TYPES),
            finite_day("patient", "birth_date"),
            models.CheckConstraint(
                condition=Q(birth_date__lte=Today()),
                name="patient_birth_date_is_not_in_the_future",
                violation_error_message=_("A birth date cannot lie in the future."),
            ),
            finite_day("patient", "registered_on"),
        ]
        indexes = [
            models.Index(fields=["last_name", "first_name", "id"], name="patient_by_name"),
            models.Index(fields=["registered_on"], name="patient_by_registration"),
            search_index("patient"),
            models.Index(fields=["birth_date"], name="patient_by_birth_date"),
            models.Index(
                fields=["last_name", "first_name", "id"],
                name="patient_archived_by_name",
                condition=Q(archived_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return full_name(self.first_name, self.last_name)

    def get_absolute_url(self) -> str:
        """Address of the patient's page."""
        return reverse("patient", args=[self.pk])

    def validate_unique(self, exclude: Any = None) -> None:
        """Refuse a reference that another patient bore before the two were merged, too."""
        super().validate_unique(exclude)
        if not self.external_ref or "external_ref" in (exclude or ()):
            return
        former = PatientReference.objects.filter(external_ref=self.external_ref).exclude(patient=self.pk)
        if other := former.select_related("patient").first():
            words = _("This reference belongs to %(who)s (number %(number)s) since a merge; give another one.")
            raise ValidationError({"external_ref": words % {"who": other.patient, "number": other.patient_id}})

    @property
    def age(self) -> str:
        """The age in words; empty when the birth date is not known."""
        return age_in_words(self.birth_date, timezone.localdate()) if self.birth_date else ""

    @classmethod
    def end_of(cls, pk: int) -> RowGoneError | None:
        """Say into whom a patient was merged, by whom and when; None of one who was not."""
        merged = PatientMerge.objects.select_related("kept").filter(pk=pk).first()
        if merged is None:
            return None
        words = _("This patient was merged into %(kept)s by %(who)s at %(when)s.")
        said = {"kept": merged.kept, "who": merged.merged_by, "when": moment(merged.merged_at)}
        return RowGoneError(words % said, back=merged.kept.get_absolute_url(), is_known=True)


class PatientMerge(Witnessed):
    """A patient who turned out to be another one; old addresses and open forms are led there.

    A log without a foreign key: tables of patients can be emptied without it.
    """

    merged_id = models.BigIntegerField(_("merged patient's number"), primary_key=True)
    merged_name = models.TextField(_("merged patient's name"), db_default="")
    kept = Reference(
        Patient,
        models.CASCADE,
        related_name="merges",
        verbose_name=_("patient"),
    )
    merged_at = models.DateTimeField(_("merged at"), db_default=Now())
    merged_by = models.TextField(_("merged by"), db_default=Actor())
    written_by_the_database = frozenset({"merged_at", "merged_by"})

    class Meta:
        db_table = "patient_merge"
        default_permissions = ()
        verbose_name = _("patient merge")
        verbose_name_plural = _("patient merges")
        indexes = [models.Index(fields=["kept"], name="patient_merge_of_kept")]

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.kept}"


class PatientReference(models.Model):
    """A reference under which another system may still know a patient, since it was another patient's that was merged.

    Scripts join it, or ask `patient_by_ref` (`sql/260_references.sql`). A log without a foreign key, as `PatientMerge`.
    """

    external_ref = models.TextField(_("external reference"), primary_key=True)
    patient = Reference(
        Patient,
        models.CASCADE,
        related_name="former_references",
        verbose_name=_("patient"),
    )

    class Meta:
        db_table = "patient_reference"
        default_permissions = ()
        verbose_name = _("former reference")
        verbose_name_plural = _("former references")
        indexes = [models.Index(fields=["patient"], name="patient_reference_of_patient")]

    def __str__(self) -> str:
        return self.external_ref
