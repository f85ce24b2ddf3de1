import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import clinic.database.clock
import clinic.database.stamps
import clinic.screens.search


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
        ("screens", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.TextField(verbose_name="first name")),
                ("last_name", models.TextField(blank=True, db_default="", verbose_name="last name")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="birth date")),
                (
                    "sex",
                    models.TextField(
                        choices=[("female", "female"), ("male", "male"), ("other", "other"), ("unknown", "unknown")],
                        db_default="unknown",
                        verbose_name="sex",
                    ),
                ),
                ("phone", models.TextField(blank=True, db_default="", verbose_name="phone")),
                ("email", models.TextField(blank=True, db_default="", verbose_name="e-mail")),
                ("address", models.TextField(blank=True, db_default="", verbose_name="address")),
                (
                    "blood_type",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", "unknown"),
                            ("A+", "A+"),
                            ("A-", "A-"),
                            ("B+", "B+"),
                            ("B-", "B-"),
                            ("AB+", "AB+"),
                            ("AB-", "AB-"),
                            ("O+", "O+"),
                            ("O-", "O-"),
                        ],
                        db_default="",
                        verbose_name="blood type",
                    ),
                ),
                ("allergies", models.TextField(blank=True, db_default="", verbose_name="allergies")),
                ("notes", models.TextField(blank=True, db_default="", verbose_name="notes")),
                (
                    "registered_on",
                    models.DateField(db_default=clinic.database.clock.Today(), verbose_name="registered on"),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
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
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=clinic.screens.search.Person("first_name", "last_name", "phone", "email"),
                        output_field=models.TextField(),
                        verbose_name="search text",
                    ),
                ),
            ],
            options={
                "verbose_name": "patient",
                "verbose_name_plural": "patients",
                "db_table": "patient",
                "indexes": [
                    models.Index(fields=["last_name", "first_name", "id"], name="patient_by_name"),
                    models.Index(fields=["registered_on"], name="patient_by_registration"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_text"],
                        gin_pending_list_limit=256,
                        name="patient_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                    models.Index(fields=["birth_date"], name="patient_by_birth_date"),
                    models.Index(
                        condition=models.Q(("archived_at__isnull", False)),
                        fields=["last_name", "first_name", "id"],
                        name="patient_archived_by_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("external_ref",), name="patient_external_ref_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("first_name__trim__length__gt", 0)),
                        name="patient_first_name_is_not_blank",
                        violation_error_message="Give a first name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["female", "male", "other", "unknown"])),
                        name="patient_sex_is_a_known_word",
                        violation_error_message="Choose one of: female, male, other, unknown.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("blood_type__in", ["", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"])),
                        name="patient_blood_type_is_a_known_word",
                        violation_error_message="Choose one of: (empty), A+, A-, B+, B-, AB+, AB-, O+, O-.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_date__range", ("1800-01-01", "9999-12-31")),
                            ("birth_date__isnull", True),
                            _connector="OR",
                        ),
                        name="patient_birth_date_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("birth_date__lte", clinic.database.clock.Today())),
                        name="patient_birth_date_is_not_in_the_future",
                        violation_error_message="A birth date cannot lie in the future.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("registered_on__range", ("1800-01-01", "9999-12-31")),
                            ("registered_on__isnull", True),
                            _connector="OR",
                        ),
                        name="patient_registered_on_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientMerge",
            fields=[
                (
                    "merged_id",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="merged patient's number"),
                ),
                ("merged_name", models.TextField(db_default="", verbose_name="merged patient's name")),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="merged at"
                    ),
                ),
                ("merged_by", models.TextField(db_default=clinic.database.stamps.Actor(), verbose_name="merged by")),
                (
                    "kept",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "patient merge",
                "verbose_name_plural": "patient merges",
                "db_table": "patient_merge",
                "default_permissions": (),
                "indexes": [models.Index(fields=["kept"], name="patient_merge_of_kept")],
            },
        ),
        migrations.CreateModel(
            name="PatientReference",
            fields=[
                (
                    "external_ref",
                    models.TextField(primary_key=True, serialize=False, verbose_name="external reference"),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_references",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "former reference",
                "verbose_name_plural": "former references",
                "db_table": "patient_reference",
                "default_permissions": (),
                "indexes": [models.Index(fields=["patient"], name="patient_reference_of_patient")],
            },
        ),
    ]
