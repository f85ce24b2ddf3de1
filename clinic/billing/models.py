"""What patients owe and what they paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.bookings.models import Booking
from clinic.database.clock import Today
from clinic.database.constraints import finite_day, not_negative, one_of, unique_reference, whole_cents
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Actor, Stamped, Witnessed
from clinic.money import MoneyField
from clinic.patients.models import Patient


class BillStatus(models.TextChoices):
    """What is left to do about a bill; the four never overlap."""

    UNPAID = "unpaid", _("unpaid")
    PARTIALLY_PAID = "partially_paid", _("partially paid")
    PAID = "paid", _("paid")
    VOID = "void", _("void")


class PaymentMethod(models.TextChoices):
    """How money changed hands."""

    CASH = "cash", _("cash")
    CARD = "card", _("card")
    TRANSFER = "transfer", _("bank transfer")
    CHEQUE = "cheque", _("cheque")
    COPAY = "copay", _("copay")
    INSURANCE = "insurance", _("insurance")
    OTHER = "other", _("other")


def money(label: Any, **options: Any) -> MoneyField:
    """Make a column of amounts that defaults to zero in the database."""
    return MoneyField(label, db_default=Decimal(0), **options)


TOTAL = F("service_fee") + F("medicine_fee") + F("other_fee") - F("discount")
MONEY = models.DecimalField(max_digits=12, decimal_places=2)
AMOUNTS = ("service_fee", "medicine_fee", "other_fee", "discount", "amount_paid")


class Bill(Stamped):
    """What a patient owes for a visit; its paid amount is always the sum of its payments."""

    listed_at = "bills"

    patient = Reference(
        Patient,
        models.PROTECT,
        related_name="bills",
        verbose_name=_("patient"),
    )
    booking = Reference(
        Booking,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="bills",
        verbose_name=_("booking"),
    )
    issued_on = models.DateField(_("issued on"), db_default=Today())
    service_fee = money(_("service fee"))
    medicine_fee = money(_("medicine fee"))
    other_fee = money(_("other fee"))
    discount = money(_("discount"))
    amount_paid = money(_("amount paid"), editable=False)
    written_by_the_database = Stamped.written_by_the_database | {"amount_paid"}
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    void_reason = models.TextField(_("why it is void"), blank=True, db_default="")
    external_ref = models.TextField(_("external reference"), null=True, blank=True)
    total_amount = models.GeneratedField(
        expression=TOTAL, output_field=MONEY, db_persist=True, verbose_name=_("total amount")
    )
    balance = models.GeneratedField(
        expression=TOTAL - F("amount_paid"), output_field=MONEY, db_persist=True, verbose_name=_("balance")
    )
    status = models.GeneratedField(
        expression=Case(
            When(voided_at__isnull=False, then=Value(BillStatus.VOID.value)),
            When(amount_paid__gte=TOTAL, then=Value(BillStatus.PAID.value)),
            When(amount_paid=0, then=Value(BillStatus.UNPAID.value)),
            default=Value(BillStatus.PARTIALLY_PAID.value),
        ),
        output_field=models.TextField(choices=BillStatus.choices),
        db_persist=True,
        verbose_name=_("status"),
    )

    class Meta:
        db_table = "bill"
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        permissions = [("void_bill", "Can void a bill")]
        constraints = [
            unique_reference("bill"),
            models.UniqueConstraint(fields=["booking"], name="bill_is_the_only_one_of_its_booking"),
            finite_day("bill", "issued_on"),
            not_negative("bill", "service_fee"),
            not_negative("bill", "medicine_fee"),
            not_negative("bill", "other_fee"),
            not_negative("bill", "discount"),
            *(whole_cents("bill", amount) for amount in AMOUNTS),
            models.CheckConstraint(
                condition=Q(discount__lte=F("service_fee") + F("medicine_fee") + F("other_fee")),
                name="bill_discount_does_not_exceed_fees",
                violation_error_message=_("The discount cannot exceed the fees."),
            ),
            models.CheckConstraint(
                condition=Q(amount_paid__lte=TOTAL),
                name="bill_is_not_overpaid",
                violation_error_message=_("The bill cannot be less than what was already paid."),
            ),
            models.CheckConstraint(
                condition=Q(amount_paid__gte=0),
                name="bill_refunds_do_not_exceed_payments",
                violation_error_message=_("No more can be refunded than was paid."),
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(amount_paid=0),
                name="bill_with_money_on_it_is_not_void",
                violation_error_message=_("A bill with money on it cannot be voided; refund it first."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-issued_on"], name="bill_of_patient"),
            models.Index(fields=["-issued_on", "-id"], name="bill_by_date"),
            models.Index(fields=["status", "-issued_on", "-id"], name="bill_by_status"),
            models.Index(fields=["total_amount"], name="bill_by_amount"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """Address of the bill's page."""
        return reverse("bill", args=[self.pk])

    def get_status_display(self) -> str:
        """Say the status in words, as Django does for columns that are not generated."""
        return str(BillStatus(self.status).label)


class Payment(Stamped):
    """Money received on a bill; a negative amount is a refund."""

    listed_at = "bills"

    bill = Reference(
        Bill,
        models.PROTECT,
        related_name="payments",
        verbose_name=_("bill"),
    )
    amount = MoneyField(_("amount"))
    method = models.TextField(_("method"), choices=PaymentMethod.choices, db_default=PaymentMethod.CASH)
    reference = models.TextField(_("reference"), blank=True, db_default="")
    reason = models.TextField(_("reason of a refund"), blank=True, db_default="")
    paid_on = models.DateField(_("paid on"), db_default=Today())
    external_ref = models.TextField(_("external reference"), null=True, blank=True)

    class Meta:
        db_table = "payment"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions = [("refund_payment", "Can refund money")]
        constraints = [
            unique_reference("payment"),
            finite_day("payment", "paid_on"),
            one_of("payment", "method", PaymentMethod.values),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="payment_amount_is_not_zero",
                violation_error_message=_("The amount cannot be zero."),
            ),
            whole_cents("payment", "amount"),
        ]
        indexes = [
            models.Index(fields=["bill"], name="payment_of_bill"),
            models.Index(fields=["-paid_on", "-id"], name="payment_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.method}"


class DayClose(Witnessed):
    """A day's takings as they were counted; closing again makes a further sheet, and none ever changes.

    `payment_ids` are the payments that the sheet holds: what came since closing is known by them and not by a
    clock, because a payment may be written before the closing and committed after it.
    """

    day = models.DateField(_("day"), db_default=Today())
    number = models.IntegerField(_("sheet"), db_default=1)
    payment_ids = ArrayField(models.BigIntegerField(), db_default=[], verbose_name=_("payments"))
    note = models.TextField(_("note"), blank=True, db_default="")
    closed_at = models.DateTimeField(_("closed at"), db_default=Now(), editable=False)
    closed_by = models.TextField(_("closed by"), db_default=Actor(), editable=False)
    written_by_the_database = frozenset({"closed_at", "closed_by"})

    class Meta:
        db_table = "day_close"
        db_table_comment = "A day's takings as they were counted. Closing again adds a sheet; none ever changes."
        verbose_name = _("day close")
        verbose_name_plural = _("day closes")
        default_permissions = ("view", "add")
        constraints = [
            finite_day("day_close", "day"),
            models.UniqueConstraint(
                fields=["day", "number"],
                name="day_close_number_is_given_once_a_day",
                violation_error_message=_("Somebody closed this day at the same moment; look at their sheet first."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="day_close_number_begins_at_one",
                violation_error_message=_("The first sheet of a day is number 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} #{self.number}"

    def get_absolute_url(self) -> str:
        """Address of the kept sheet."""
        return reverse("day-close-sheet", args=[self.pk])

    @property
    def in_order(self) -> list[DayCloseLine]:
        """List the methods in the order of `PaymentMethod`."""
        return sorted(self.lines.all(), key=lambda line: PaymentMethod.values.index(line.method))

    @property
    def cash(self) -> DayCloseLine | None:
        """Return the line of the drawer; None of a sheet that a script wrote without one."""
        return next((line for line in self.lines.all() if line.method == PaymentMethod.CASH), None)

    @property
    def total(self) -> Decimal:
        """Sum what was expected of all methods."""
        return sum((line.expected for line in self.lines.all()), Decimal(0))


class DayCloseLine(models.Model):
    """What a sheet holds of one method: the sum of its payments, and for cash what was counted."""

    day_close = Reference(DayClose, models.CASCADE, related_name="lines", verbose_name=_("day close"))
    method = models.TextField(_("method"), choices=PaymentMethod.choices, db_default=PaymentMethod.CASH)
    expected = money(_("expected"))
    counted = MoneyField(_("counted"), null=True, blank=True)
    difference = models.GeneratedField(
        expression=F("counted") - F("expected"), output_field=MONEY, db_persist=True, verbose_name=_("difference")
    )

    class Meta:
        db_table = "day_close_line"
        db_table_comment = "What a day's sheet holds of one method of payment."
        default_permissions = ()
        constraints = [
            one_of("day_close_line", "method", PaymentMethod.values),
            not_negative("day_close_line", "counted"),
            models.UniqueConstraint(
                fields=["day_close", "method"], name="day_close_line_is_the_only_one_of_its_method"
            ),
            models.CheckConstraint(
                condition=~Q(method=PaymentMethod.CASH.value) | Q(counted__isnull=False),
                name="day_close_line_of_cash_is_counted",
                violation_error_message=_("Count the cash."),
            ),
            *(whole_cents("day_close_line", amount) for amount in ("expected", "counted")),
        ]

    def __str__(self) -> str:
        return f"{self.expected} {self.method}"
