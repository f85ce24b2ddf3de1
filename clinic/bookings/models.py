"""Who practises, what the clinic offers, and who comes when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.bookings.overlap import WORDS
from clinic.bookings.times import WorkedTime
from clinic.constraints import finite_day, not_blank, not_negative, one_of, unique_reference, whole_cents
from clinic.desk import phones
from clinic.desk.search import Person, search_column, search_index
from clinic.desk.stamps import Stamped
from clinic.money import MoneyField
from clinic.patients.models import Patient
from clinic.stats.clock import BookedTime


class Status(models.TextChoices):
    """The life of a booking: asked for, answered, held (or not)."""

    PENDING = "pending", _("pending")
    CONFIRMED = "confirmed", _("confirmed")
    IN_CONSULTATION = "in_consultation", _("in consultation")
    COMPLETED = "completed", _("completed")
    DECLINED = "declined", _("declined")
    NO_SHOW = "no_show", _("no-show")
    CANCELLED = "cancelled", _("cancelled")


LIVE = [Status.PENDING, Status.CONFIRMED, Status.IN_CONSULTATION]
"""Statuses in which a booking occupies its practitioner's time; in all others it is over, or will not be."""

LONGEST_MINUTES = 24 * 60
LENGTH_MESSAGE = _("A booking lasts between 1 and 1440 minutes.")
DAYS_OF_THE_WEEK = 7


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Practitioner(Stamped):
    """A person who sees patients."""

    listed_at = "setup"

    full_name = models.TextField(_("full name"))
    specialty = models.TextField(_("specialty"), blank=True, db_default="")
    is_active = models.BooleanField(_("active"), db_default=True)
    external_ref = models.TextField(_("external reference"), null=True, blank=True)

    class Meta:
        db_table = "practitioner"
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        constraints = [unique_reference("practitioner"), not_blank("practitioner", "full_name")]
        indexes = [models.Index(fields=["full_name"], name="practitioner_by_name")]

    def __str__(self) -> str:
        return self.full_name


class Service(Stamped):
    """Something the clinic offers, with its usual price and length."""

    listed_at = "setup"

    name = models.TextField(_("name"))
    price = MoneyField(_("price"), db_default=0)
    duration_minutes = models.IntegerField(_("minutes"), db_default=30)
    is_active = models.BooleanField(_("active"), db_default=True)

    class Meta:
        db_table = "service"
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            not_blank("service", "name"),
            not_negative("service", "price"),
            whole_cents("service", "price"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(1, LONGEST_MINUTES)),
                name="service_lasts_between_a_minute_and_a_day",
                violation_error_message=_("A service lasts between 1 and 1440 minutes."),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="service_by_name")]

    def __str__(self) -> str:
        return self.name


class Booking(Stamped):
    """A patient's place in the clinic's day, from the first request to its outcome."""

    listed_at = "bookings"

    patient = models.ForeignKey(
        Patient,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="bookings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("patient"),
    )
    patient_name = models.TextField(_("patient's name"), blank=True, db_default="")
    patient_phone = models.TextField(_("patient's phone"), blank=True, db_default="")
    patient_email = models.TextField(_("patient's e-mail"), blank=True, db_default="")
    practitioner = models.ForeignKey(
        Practitioner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("practitioner"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("service"),
    )
    date = models.DateField(_("date"))
    start_time = models.TimeField(_("start"), null=True, blank=True)
    duration_minutes = models.IntegerField(_("minutes"), db_default=30)
    status = models.TextField(_("status"), choices=Status.choices, db_default=Status.PENDING)
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
            one_of("booking", "status", Status.values),
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
        """Give the number to call: the patient's, or the one that was left."""
        return (self.patient.phone if self.patient else "") or self.patient_phone

    @property
    def other_phone(self) -> str:
        """Give the number that was left, if it is another one than the patient's."""
        same = phones.national(self.display_phone) == phones.national(self.patient_phone)
        return "" if same else self.patient_phone


class WorkingHours(models.Model):
    """A stretch of a weekday in which a practitioner can be booked; a day may have several."""

    practitioner = models.ForeignKey(
        Practitioner,
        models.CASCADE,
        related_name="working_hours",
        db_constraint=False,
        db_index=False,
        verbose_name=_("practitioner"),
    )
    weekday = models.SmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        db_table = "working_hours"
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, DAYS_OF_THE_WEEK - 1)),
                name="working_hours_weekday_is_monday_to_sunday",
                violation_error_message=_("Choose a weekday."),
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="working_hours_end_after_they_start",
                violation_error_message=_("The end must come after the start."),
            ),
            ExclusionConstraint(
                name="working_hours_do_not_overlap",
                expressions=[
                    (F("practitioner"), RangeOperators.EQUAL),
                    (F("weekday"), RangeOperators.EQUAL),
                    (WorkedTime("starts", "ends"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These hours overlap with others of the same day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class BlockedDay(models.Model):
    """Days on which a practitioner, or the whole clinic, takes no bookings; both ends are included."""

    listed_at = "setup"

    practitioner = models.ForeignKey(
        Practitioner,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocked_days",
        db_constraint=False,
        db_index=False,
        verbose_name=_("practitioner"),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.TextField(_("reason"), blank=True, db_default="")

    class Meta:
        db_table = "blocked_day"
        verbose_name = _("blocked day")
        verbose_name_plural = _("blocked days")
        constraints = [
            finite_day("blocked_day", "first_day"),
            finite_day("blocked_day", "last_day"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="blocked_day_ends_after_it_begins",
                violation_error_message=_("The last day cannot lie before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["last_day", "first_day"], name="blocked_day_by_day"),
            models.Index(fields=["practitioner"], name="blocked_day_of_practitioner"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.reason}".strip()
