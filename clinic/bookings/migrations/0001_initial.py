import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import clinic.bookings.booked_time
import clinic.database.stamps
import clinic.screens.search

BOOKED_TIME = """
create function clock.booked_time(day date, start_time time, minutes integer)
    returns tsrange language sql immutable
    return tsrange(day + start_time, day + start_time + make_interval(mins => minutes));
comment on function clock.booked_time(date, time, integer) is
    'The time that a booking occupies, from its start up to and not including its end.';
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_initial"),
        ("screens", "0001_initial"),
        ("patients", "0001_initial"),
        ("practice", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(BOOKED_TIME, "drop function clock.booked_time(date, time, integer)"),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
                ("patient_name", models.TextField(blank=True, db_default="", verbose_name="patient's name")),
                ("patient_phone", models.TextField(blank=True, db_default="", verbose_name="patient's phone")),
                ("patient_email", models.TextField(blank=True, db_default="", verbose_name="patient's e-mail")),
                (
                    "practitioner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="practice.practitioner",
                        verbose_name="practitioner",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="practice.service",
                        verbose_name="service",
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                ("start_time", models.TimeField(blank=True, null=True, verbose_name="start")),
                ("duration_minutes", models.IntegerField(db_default=30, verbose_name="minutes")),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("confirmed", "confirmed"),
                            ("in_consultation", "in consultation"),
                            ("completed", "completed"),
                            ("declined", "declined"),
                            ("no_show", "no-show"),
                            ("cancelled", "cancelled"),
                        ],
                        db_default="pending",
                        verbose_name="status",
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", verbose_name="reason")),
                ("notes", models.TextField(blank=True, db_default="", verbose_name="notes")),
                ("external_ref", models.TextField(blank=True, null=True, verbose_name="external reference")),
                (
                    "status_reason",
                    models.TextField(blank=True, db_default="", verbose_name="why it was declined or cancelled"),
                ),
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
                        expression=clinic.screens.search.Person(
                            "patient_name", models.Value(""), "patient_phone", "patient_email"
                        ),
                        output_field=models.TextField(),
                        verbose_name="search text",
                    ),
                ),
            ],
            options={
                "verbose_name": "booking",
                "verbose_name_plural": "bookings",
                "db_table": "booking",
                "indexes": [
                    models.Index(fields=["date", "start_time", "id"], name="booking_by_date"),
                    models.Index(fields=["status", "date", "id"], name="booking_by_status"),
                    models.Index(fields=["patient", "-date"], name="booking_of_patient"),
                    models.Index(fields=["practitioner", "date"], name="booking_of_practitioner"),
                    models.Index(fields=["service"], name="booking_of_service"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_text"],
                        gin_pending_list_limit=256,
                        name="booking_search",
                        opclasses=["gin_trgm_ops"],
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("external_ref",), name="booking_external_ref_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("date__range", ("1800-01-01", "9999-12-31")), ("date__isnull", True), _connector="OR"
                        ),
                        name="booking_date_is_a_calendar_day",
                        violation_error_message="Give a calendar day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "pending",
                                    "confirmed",
                                    "in_consultation",
                                    "completed",
                                    "declined",
                                    "no_show",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="booking_status_is_a_known_word",
                        violation_error_message="Choose one of: pending, confirmed, in_consultation, completed, declined, no_show, cancelled.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duration_minutes__range", (1, 1440))),
                        name="booking_lasts_between_a_minute_and_a_day",
                        violation_error_message="A booking lasts between 1 and 1440 minutes.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("practitioner__isnull", False),
                            ("start_time__isnull", False),
                            ("status__in", ["pending", "confirmed", "in_consultation"]),
                        ),
                        expressions=[
                            (models.F("practitioner"), "="),
                            (clinic.bookings.booked_time.BookedTime("date", "start_time", "duration_minutes"), "&&"),
                        ],
                        name="booking_does_not_overlap_for_its_practitioner",
                        violation_error_message="The practitioner is already booked at that time; choose another time or another practitioner.",
                    ),
                ],
            },
        ),
    ]
