"""Who practises, when, and what the clinic offers."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.database.constraints import finite_day, not_blank, not_negative, unique_reference, whole_cents
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Stamped
from clinic.money import MoneyField
from clinic.practice.times import WorkedTime

LONGEST_MINUTES = 24 * 60
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


class WorkingHours(models.Model):
    """A stretch of a weekday in which a practitioner can be booked; a day may have several."""

    practitioner = Reference(
        Practitioner,
        models.CASCADE,
        related_name="working_hours",
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

    practitioner = Reference(
        Practitioner,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocked_days",
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
