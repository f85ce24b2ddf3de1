from decimal import Decimal

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.math
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import clinic.database.stamps
import clinic.money
import clinic.practice.times


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Practitioner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("full_name", models.TextField(verbose_name="full name")),
                ("specialty", models.TextField(blank=True, db_default="", verbose_name="specialty")),
                ("is_active", models.BooleanField(db_default=True, verbose_name="active")),
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
                "verbose_name": "practitioner",
                "verbose_name_plural": "practitioners",
                "db_table": "practitioner",
                "indexes": [models.Index(fields=["full_name"], name="practitioner_by_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("external_ref",), name="practitioner_external_ref_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("full_name__trim__length__gt", 0)),
                        name="practitioner_full_name_is_not_blank",
                        violation_error_message="Give a full name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(verbose_name="name")),
                ("price", clinic.money.MoneyField(db_default=0, decimal_places=2, max_digits=12, verbose_name="price")),
                ("duration_minutes", models.IntegerField(db_default=30, verbose_name="minutes")),
                ("is_active", models.BooleanField(db_default=True, verbose_name="active")),
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
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "db_table": "service",
                "indexes": [models.Index(fields=["name"], name="service_by_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__trim__length__gt", 0)),
                        name="service_name_is_not_blank",
                        violation_error_message="Give a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__range", (Decimal("0"), Decimal("9999999999.99")))),
                        name="service_price_is_not_negative",
                        violation_error_message="The price cannot be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price", django.db.models.functions.math.Round("price", 2)),
                            ("price__range", (Decimal("-9999999999.99"), Decimal("9999999999.99"))),
                        ),
                        name="service_price_fits_ten_digits_and_two_decimals",
                        violation_error_message="The price can have ten digits and two decimals at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duration_minutes__range", (1, 1440))),
                        name="service_lasts_between_a_minute_and_a_day",
                        violation_error_message="A service lasts between 1 and 1440 minutes.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_days",
                        to="practice.practitioner",
                        verbose_name="practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "blocked day",
                "verbose_name_plural": "blocked days",
                "db_table": "blocked_day",
                "indexes": [
                    models.Index(fields=["last_day", "first_day"], name="blocked_day_by_day"),
                    models.Index(fields=["practitioner"], name="blocked_day_of_practitioner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_day__range", ("1800-01-01", "9999-12-31")),
                            ("first_day__isnull", True),
                            _connector="OR",
                        ),
                        name="blocked_day_first_day_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__range", ("1800-01-01", "9999-12-31")),
                            ("last_day__isnull", True),
                            _connector="OR",
                        ),
                        name="blocked_day_last_day_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="blocked_day_ends_after_it_begins",
                        violation_error_message="The last day cannot lie before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="to")),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_hours",
                        to="practice.practitioner",
                        verbose_name="practitioner",
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "db_table": "working_hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (0, 6))),
                        name="working_hours_weekday_is_monday_to_sunday",
                        violation_error_message="Choose a weekday.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))),
                        name="working_hours_end_after_they_start",
                        violation_error_message="The end must come after the start.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("practitioner"), "="),
                            (models.F("weekday"), "="),
                            (clinic.practice.times.WorkedTime("starts", "ends"), "&&"),
                        ],
                        name="working_hours_do_not_overlap",
                        violation_error_message="These hours overlap with others of the same day.",
                    ),
                ],
            },
        ),
    ]
