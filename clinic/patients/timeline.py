"""What happened to a patient, newest first, as far as the reader may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.billing.models import BillStatus
from clinic.patients.models import Patient

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

SHOWN = 60
"""Entries of a page; the patient's lists tell the rest."""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `url` is empty where there is no page."""

    day: date
    kind: str
    label: str
    title: str
    detail: str = ""
    amount: Decimal | None = None
    url: str = ""


@dataclass(frozen=True)
class Timeline:
    """The newest entries, and whether there are older ones."""

    entries: list[Entry]
    is_cut: bool


def timeline(patient: Patient, user: Any) -> Timeline:
    """Tell the newest of the patient's bookings, records and bills that the user may see: one query for each kind."""
    entries: list[Entry] = []
    if user.has_perm("bookings.view_booking"):
        entries += _bookings(patient)
    if user.has_perm("records.view_medicalrecord"):
        entries += _records(patient)
    if user.has_perm("billing.view_bill"):
        entries += _bills(patient)
    entries.sort(key=lambda entry: (entry.day, entry.kind), reverse=True)
    return Timeline(entries[:SHOWN], len(entries) > SHOWN)


def balance(patient: Patient, user: Any) -> Decimal | None:
    """Sum what the patient owes; None if that is not the user's business."""
    if not user.has_perm("billing.view_bill"):
        return None
    owed = patient.bills.exclude(status=BillStatus.VOID).aggregate(owed=Sum("balance"))["owed"]
    return owed or Decimal(0)


def _bookings(patient: Patient) -> Iterator[Entry]:
    for booking in patient.bookings.select_related("practitioner", "service").order_by("-date", "-id")[: SHOWN + 1]:
        when = booking.start_time.strftime("%H:%M") if booking.start_time else ""
        title = f"{when} {booking.get_status_display()}".strip()
        told = " · ".join(str(part) for part in (booking.service, booking.practitioner, booking.reason) if part)
        yield Entry(booking.date, "booking", _("Booking"), title, told, url=reverse("booking", args=[booking.pk]))


def _records(patient: Patient) -> Iterator[Entry]:
    for record in patient.medical_records.select_related("practitioner").order_by("-visit_on", "-id")[: SHOWN + 1]:
        title = record.diagnosis or record.chief_complaint or _("No diagnosis yet")
        who = str(record.practitioner or "")
        yield Entry(record.visit_on, "record", _("Record"), title, who, url=record.get_absolute_url())


def _bills(patient: Patient) -> Iterator[Entry]:
    for bill in patient.bills.order_by("-issued_on", "-id")[: SHOWN + 1]:
        title = f"{bill} {bill.get_status_display()}"
        yield Entry(bill.issued_on, "bill", _("Bill"), title, amount=bill.total_amount, url=bill.get_absolute_url())
