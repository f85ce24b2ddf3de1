from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.db import migrations, models

import clinic.database.clock
import clinic.database.stamps
import clinic.money


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
        ("billing", "0001_initial"),
        ("bookings", "0001_initial"),
        ("inventory", "0001_initial"),
        ("patients", "0001_initial"),
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MedicalRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medical_records",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="medical_records",
                        to="bookings.booking",
                        verbose_name="booking",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medical_records",
                        to="practice.practitioner",
                        verbose_name="practitioner",
                    ),
                ),
                ("visit_on", models.DateField(db_default=clinic.database.clock.Today(), verbose_name="visit on")),
                ("chief_complaint", models.TextField(blank=True, db_default="", verbose_name="chief complaint")),
                ("diagnosis", models.TextField(blank=True, db_default="", verbose_name="diagnosis")),
                ("treatment_plan", models.TextField(blank=True, db_default="", verbose_name="treatment plan")),
                (
                    "temperature_celsius",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="temperature (°C)"
                    ),
                ),
                ("pulse_bpm", models.SmallIntegerField(blank=True, null=True, verbose_name="pulse (beats/min)")),
                (
                    "respiratory_rate",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="respiratory rate (breaths/min)"),
                ),
                (
                    "systolic_mmhg",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="systolic pressure (mmHg)"),
                ),
                (
                    "diastolic_mmhg",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="diastolic pressure (mmHg)"),
                ),
                (
                    "oxygen_saturation",
                    models.SmallIntegerField(blank=True, null=True, verbose_name="oxygen saturation (%)"),
                ),
                (
                    "weight_kg",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="weight (kg)"
                    ),
                ),
                (
                    "height_cm",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="height (cm)"
                    ),
                ),
                ("follow_up_on", models.DateField(blank=True, null=True, verbose_name="follow-up on")),
                ("notes", models.TextField(blank=True, db_default="", verbose_name="notes")),
                ("external_ref", models.TextField(blank=True, null=True, verbose_name="external reference")),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="changed at"
                    ),
                ),
                (
                    "changed_by",
                    models.TextField(
                        db_default=clinic.database.stamps.Actor(), editable=False, verbose_name="changed by"
                    ),
                ),
            ],
            options={
                "verbose_name": "medical record",
                "verbose_name_plural": "medical records",
                "db_table": "medical_record",
            },
        ),
        migrations.CreateModel(
            name="Prescription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.IntegerField(verbose_name="quantity")),
                ("dosage", models.TextField(blank=True, db_default="", verbose_name="dosage")),
                (
                    "prescribed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="prescribed at"
                    ),
                ),
                (
                    "prescribed_by",
                    models.TextField(db_default=clinic.database.stamps.Actor(), verbose_name="prescribed by"),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriptions",
                        to="inventory.item",
                        verbose_name="item",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prescriptions",
                        to="records.medicalrecord",
                        verbose_name="medical record",
                    ),
                ),
                (
                    "override_reason",
                    models.TextField(blank=True, db_default="", verbose_name="reason to prescribe it all the same"),
                ),
                ("warnings", models.TextField(blank=True, db_default="", verbose_name="warned of")),
                (
                    "bill",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="prescriptions",
                        to="billing.bill",
                        verbose_name="bill",
                    ),
                ),
                ("is_free", models.BooleanField(db_default=False, verbose_name="is not charged")),
                (
                    "unit_price",
                    clinic.money.MoneyField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="unit price"
                    ),
                ),
            ],
            options={
                "verbose_name": "prescription",
                "verbose_name_plural": "prescriptions",
                "db_table": "prescription",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="medicalrecord",
            index=models.Index(fields=["patient", "-visit_on", "-id"], name="medical_record_of_patient"),
        ),
        migrations.AddIndex(
            model_name="medicalrecord",
            index=models.Index(fields=["-visit_on", "-id"], name="medical_record_by_visit"),
        ),
        migrations.AddIndex(
            model_name="medicalrecord",
            index=models.Index(fields=["booking"], name="medical_record_of_booking"),
        ),
        migrations.AddIndex(
            model_name="medicalrecord",
            index=models.Index(fields=["practitioner"], name="medical_record_by_practitioner"),
        ),
        migrations.AddIndex(
            model_name="medicalrecord",
            index=models.Index(
                condition=models.Q(("follow_up_on__isnull", False)),
                fields=["follow_up_on", "id"],
                name="medical_record_by_follow_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.UniqueConstraint(fields=("external_ref",), name="medical_record_external_ref_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visit_on__range", ("1800-01-01", "9999-12-31")), ("visit_on__isnull", True), _connector="OR"
                ),
                name="medical_record_visit_on_is_a_calendar_day",
                violation_error_message="Give a calendar day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("follow_up_on__range", ("1800-01-01", "9999-12-31")),
                    ("follow_up_on__isnull", True),
                    _connector="OR",
                ),
                name="medical_record_follow_up_on_is_a_calendar_day",
                violation_error_message="Give a calendar day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("temperature_celsius__range", (20, 45)), ("temperature_celsius__isnull", True), _connector="OR"
                ),
                name="medical_record_temperature_celsius_is_plausible",
                violation_error_message="The temperature celsius must lie between 20 and 45.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("pulse_bpm__range", (0, 350)), ("pulse_bpm__isnull", True), _connector="OR"),
                name="medical_record_pulse_bpm_is_plausible",
                violation_error_message="The pulse bpm must lie between 0 and 350.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("respiratory_rate__range", (0, 120)), ("respiratory_rate__isnull", True), _connector="OR"
                ),
                name="medical_record_respiratory_rate_is_plausible",
                violation_error_message="The respiratory rate must lie between 0 and 120.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("systolic_mmhg__range", (0, 350)), ("systolic_mmhg__isnull", True), _connector="OR"
                ),
                name="medical_record_systolic_mmhg_is_plausible",
                violation_error_message="The systolic mmhg must lie between 0 and 350.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("diastolic_mmhg__range", (0, 250)), ("diastolic_mmhg__isnull", True), _connector="OR"
                ),
                name="medical_record_diastolic_mmhg_is_plausible",
                violation_error_message="The diastolic mmhg must lie between 0 and 250.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("oxygen_saturation__range", (0, 100)), ("oxygen_saturation__isnull", True), _connector="OR"
                ),
                name="medical_record_oxygen_saturation_is_plausible",
                violation_error_message="The oxygen saturation must lie between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_kg__range", (0, 700)), ("weight_kg__isnull", True), _connector="OR"),
                name="medical_record_weight_kg_is_plausible",
                violation_error_message="The weight kg must lie between 0 and 700.",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("height_cm__range", (10, 280)), ("height_cm__isnull", True), _connector="OR"),
                name="medical_record_height_cm_is_plausible",
                violation_error_message="The height cm must lie between 10 and 280.",
            ),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(fields=["record"], name="prescription_of_record"),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(fields=["item"], name="prescription_of_item"),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(fields=["bill"], name="prescription_of_bill"),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(
                condition=models.Q(("bill__isnull", True), ("is_free", False), ("unit_price__isnull", False)),
                fields=["prescribed_at", "id"],
                name="prescription_on_no_bill",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="prescription_quantity_is_above_zero",
                violation_error_message="Prescribe at least one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("warnings", ""), models.Q(("override_reason", ""), _negated=True), _connector="OR"),
                name="prescription_in_spite_of_a_warning_has_a_reason",
                violation_error_message="Give the reason to prescribe it in spite of the warning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit_price__range", (Decimal("0"), Decimal("9999999999.99")))),
                name="prescription_unit_price_is_not_negative",
                violation_error_message="The unit price cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit_price", django.db.models.functions.math.Round("unit_price", 2)),
                    ("unit_price__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                ),
                name="prescription_unit_price_fits_ten_digits_and_two_decimals",
                violation_error_message="The unit price can have ten digits and two decimals at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_free", False), ("bill__isnull", True), _connector="OR"),
                name="prescription_that_is_free_is_on_no_bill",
                violation_error_message="What is not charged is on no bill.",
            ),
        ),
    ]
