"""What was found and done at a visit, and what was prescribed there."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.database.clock import Today
from clinic.database.constraints import finite_day, not_negative, plausible, unique_reference, whole_cents
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Actor, Stamped, Witnessed
from clinic.money import MoneyField
from clinic.patients.models import Patient


class MedicalRecord(Stamped):
    """What was complained of, found, measured and planned at one visit."""

    listed_at = "records"

    patient = Reference(
        Patient,
        models.PROTECT,
        related_name="medical_records",
        verbose_name=_("patient"),
    )
    booking = Reference(
        "bookings.Booking",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="medical_records",
        verbose_name=_("booking"),
    )
    practitioner = Reference(
        "practice.Practitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="medical_records",
        verbose_name=_("practitioner"),
    )
    visit_on = models.DateField(_("visit on"), db_default=Today())
    chief_complaint = models.TextField(_("chief complaint"), blank=True, db_default="")
    diagnosis = models.TextField(_("diagnosis"), blank=True, db_default="")
    treatment_plan = models.TextField(_("treatment plan"), blank=True, db_default="")
    temperature_celsius = models.DecimalField(
        _("temperature (°C)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    pulse_bpm = models.SmallIntegerField(_("pulse (beats/min)"), null=True, blank=True)
    respiratory_rate = models.SmallIntegerField(_("respiratory rate (breaths/min)"), null=True, blank=True)
    systolic_mmhg = models.SmallIntegerField(_("systolic pressure (mmHg)"), null=True, blank=True)
    diastolic_mmhg = models.SmallIntegerField(_("diastolic pressure (mmHg)"), null=True, blank=True)
    oxygen_saturation = models.SmallIntegerField(_("oxygen saturation (%)"), null=True, blank=True)
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=5, decimal_places=2, null=True, blank=True)
    height_cm = models.DecimalField(_("height (cm)"), max_digits=4, decimal_places=1, null=True, blank=True)
    follow_up_on = models.DateField(_("follow-up on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, db_default="")
    external_ref = models.TextField(_("external reference"), null=True, blank=True)

    class Meta:
        db_table = "medical_record"
        verbose_name = _("medical record")
        verbose_name_plural = _("medical records")
        constraints = [
            unique_reference("medical_record"),
            finite_day("medical_record", "visit_on"),
            finite_day("medical_record", "follow_up_on"),
            plausible("medical_record", "temperature_celsius", 20, 45),
            plausible("medical_record", "pulse_bpm", 0, 350),
            plausible("medical_record", "respiratory_rate", 0, 120),
            plausible("medical_record", "systolic_mmhg", 0, 350),
            plausible("medical_record", "diastolic_mmhg", 0, 250),
            plausible("medical_record", "oxygen_saturation", 0, 100),
            plausible("medical_record", "weight_kg", 0, 700),
            plausible("medical_record", "height_cm", 10, 280),
        ]
        indexes = [
            models.Index(fields=["patient", "-visit_on", "-id"], name="medical_record_of_patient"),
            models.Index(fields=["-visit_on", "-id"], name="medical_record_by_visit"),
            models.Index(fields=["booking"], name="medical_record_of_booking"),
            models.Index(fields=["practitioner"], name="medical_record_by_practitioner"),
            models.Index(
                fields=["follow_up_on", "id"],
                name="medical_record_by_follow_up",
                condition=Q(follow_up_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_on} {self.diagnosis or self.chief_complaint}".strip()

    def get_absolute_url(self) -> str:
        """Address of the record's page."""
        return reverse("record", args=[self.pk])


class Prescription(Witnessed):
    """Something the store holds that was given at a visit; `prescribe` takes it out and `unprescribe` puts it back.

    The database gives it its price and puts it on the visit's open bill (`sql/250_medicine.sql`). One that was
    prescribed before prices were kept has none, and nobody is asked about it.

    The database refuses to delete a record (`sql/240_prescriptions.sql`) or an item that has some.
    """

    record = Reference(
        MedicalRecord,
        models.PROTECT,
        related_name="prescriptions",
        verbose_name=_("medical record"),
    )
    item = Reference(
        "inventory.Item",
        models.PROTECT,
        related_name="prescriptions",
        verbose_name=_("item"),
    )
    quantity = models.IntegerField(_("quantity"))
    dosage = models.TextField(_("dosage"), blank=True, db_default="")
    unit_price = MoneyField(_("unit price"), null=True, blank=True)
    bill = Reference(
        "billing.Bill",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="prescriptions",
        verbose_name=_("bill"),
    )
    is_free = models.BooleanField(_("is not charged"), db_default=False)
    warnings = models.TextField(_("warned of"), blank=True, db_default="")
    override_reason = models.TextField(_("reason to prescribe it all the same"), blank=True, db_default="")
    prescribed_at = models.DateTimeField(_("prescribed at"), db_default=Now())
    prescribed_by = models.TextField(_("prescribed by"), db_default=Actor())
    written_by_the_database = frozenset({"prescribed_at", "prescribed_by"})

    class Meta:
        db_table = "prescription"
        default_permissions = ()
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="prescription_quantity_is_above_zero",
                violation_error_message=_("Prescribe at least one."),
            ),
            models.CheckConstraint(
                condition=Q(warnings="") | ~Q(override_reason=""),
                name="prescription_in_spite_of_a_warning_has_a_reason",
                violation_error_message=_("Give the reason to prescribe it in spite of the warning."),
            ),
            not_negative("prescription", "unit_price"),
            whole_cents("prescription", "unit_price"),
            models.CheckConstraint(
                condition=Q(is_free=False) | Q(bill__isnull=True),
                name="prescription_that_is_free_is_on_no_bill",
                violation_error_message=_("What is not charged is on no bill."),
            ),
        ]
        indexes = [
            models.Index(fields=["record"], name="prescription_of_record"),
            models.Index(fields=["item"], name="prescription_of_item"),
            models.Index(fields=["bill"], name="prescription_of_bill"),
            models.Index(
                fields=["prescribed_at", "id"],
                name="prescription_on_no_bill",
                condition=Q(bill__isnull=True, is_free=False, unit_price__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.item}"

    @property
    def amount(self) -> Decimal | None:
        """What it costs; None of one without a price."""
        return None if self.unit_price is None else self.quantity * self.unit_price
