"""Who comes when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.bookings.booked_time import BookedTime
from clinic.bookings.overlap import WORDS
from clinic.database.constraints import finite_day, one_of, unique_reference
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Stamped
from clinic.patients.models import Patient
from clinic.practice.models import LONGEST_MINUTES, Practitioner, Service
from clinic.screens import phones
from clinic.screens.search import Person, search_column, search_index


class BookingStatus(models.TextChoices):
    """The life of a booking: asked for, answered, held (or not)."""

    PENDING = "pending", _("pending")
    CONFIRMED = "confirmed", _("confirmed")
    IN_CONSULTATION = "in_consultation", _("in consultation")
    COMPLETED = "completed", _("completed")
    DECLINED = "declined", _("declined")
    NO_SHOW = "no_show", _("no-show")
    CANCELLED = "cancelled", _("cancelled")


LIVE = [BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.IN_CONSULTATION]
"""Statuses in which a booking occupies its practitioner's time; in all others it is over, or will not be."""

LENGTH_MESSAGE = _("A booking lasts between 1 and 1440 minutes.")


class Booking(Stamped):
    """A patient's place in the clinic's day, from the first request to its outcome."""

    listed_at = "bookings"

    patient = Reference(
        Patient,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("patient"),
    )
    patient_name = models.TextField(_("patient's name"), blank=True, db_default="")
    patient_phone = models.TextField(_("patient's phone"), blank=True, db_default="")
    patient_email = models.TextField(_("patient's e-mail"), blank=True, db_default="")
    practitioner = Reference(
        Practitioner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("practitioner"),
    )
    service = Reference(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("service"),
    )
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("start"), null=True, blank=True)
    duration_minutes = models.IntegerField(_("minutes"), db_default=30)
    status = models.TextField(_("status"), choices=BookingStatus.choices, db_default=BookingStatus.PENDING)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    notes = models.TextField(_("notes"), blank=True, db_default="")
    status_reason = models.TextField(_("why it was declined or cancelled"), blank=True, db_default="")
    external_ref = models.TextField(_("external reference"), null=True, blank=True)
    search_text = search_column(Person("patient_name", Value(""), "patient_phone", "patient_email"))

    class Meta:
        db_table = "booking"
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            unique_reference("booking"),
            finite_day("booking", "date"),
            one_of("booking", "status", BookingStatus.values),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(1, LONGEST_MINUTES)),
                name="booking_lasts_between_a_minute_and_a_day",
                violation_error_message=LENGTH_MESSAGE,
            ),
            ExclusionConstraint(
                name="booking_does_not_overlap_for_its_practitioner",
                expressions=[
                    (F("practitioner"), RangeOperators.EQUAL),
                    (BookedTime("date", "start_time", "duration_minutes"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=LIVE, practitioner__isnull=False, start_time__isnull=False),
                violation_error_message=WORDS,
            ),
        ]
        indexes = [
            models.Index(fields=["date", "start_time", "id"], name="booking_by_date"),
            models.Index(fields=["status", "date", "id"], name="booking_by_status"),
            models.Index(fields=["patient", "-date"], name="booking_of_patient"),
            models.Index(fields=["practitioner", "date"], name="booking_of_practitioner"),
            models.Index(fields=["service"], name="booking_of_service"),
            search_index("booking"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.display_name}".strip()

    def get_absolute_url(self) -> str:
        """Address of the booking's page."""
        return reverse("booking", args=[self.pk])

    @property
    def display_name(self) -> str:
        """Name who comes: the patient, or the name that was left."""
        return str(self.patient) if self.patient else self.patient_name

    @property
    def display_phone(self) -> str:
        """Return the number to call: the patient's, or the one that was left."""
        return (self.patient.phone if self.patient else "") or self.patient_phone

    @property
    def other_phone(self) -> str:
        """Return the number that was left, if it is another one than the patient's."""
        same = phones.national(self.display_phone) == phones.national(self.patient_phone)
        return "" if same else self.patient_phone
