"""The metrics as people read them; `sql/270_subjects.sql` says how each is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser
    Text = str | Promise

Unit = Literal["count", "money"]
Better = Literal["up", "down", ""]
Trend = Literal["past", "ahead", "openings"]

DAY = "day"
"""The topic of a new day: concerns everybody, because what is shown of today changes with it."""


@dataclass(frozen=True)
class Metric:
    """One number: its key in `stats.current`, its words, its unit, and the list of what it counts.

    `list_url` is a path with the list's own filters as its query; empty while there is no such list. It needs
    `list_permissions` beside the section's own. `better` is the direction in which a change is good; empty where it is
    neither. `trend` says which days its line shows: those past, those ahead, or the openings of what has no day.
    """

    key: str
    label: Text
    help: Text
    unit: Unit = "count"
    better: Better = ""
    trend: Trend = "past"
    list_url: str = ""
    list_permissions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Metrics shown together, seen by those who hold the permission.

    `topics` are the tables whose changes concern this section's readers, and the day; `also_told` are those of which
    its pages show something besides, though nothing of them stands in these readers' feed.
    """

    key: str
    label: Text
    permission: str
    topics: frozenset[str]
    metrics: tuple[Metric, ...]
    also_told: frozenset[str] = frozenset()


SECTIONS = (
    Section(
        "bookings",
        _("Bookings"),
        "bookings.view_booking",
        frozenset({"booking", "practitioner", "service", "working_hours", "blocked_day", DAY}),
        (
            Metric(
                "bookings_pending",
                _("Pending"),
                _("Bookings that wait for the clinic's answer."),
                better="down",
                trend="ahead",
                list_url="/bookings/?status=pending",
            ),
            Metric(
                "appointments_today",
                _("Appointments today"),
                _("Accepted bookings whose date is today in the clinic's time zone."),
                better="up",
                list_url="/bookings/?status=appointments&day=today",
            ),
            Metric(
                "bookings_confirmed",
                _("Confirmed"),
                _("Bookings confirmed or in consultation."),
                trend="ahead",
                list_url="/bookings/?status=confirmed",
            ),
            Metric(
                "bookings_completed",
                _("Completed"),
                _("Bookings whose consultation is done."),
                better="up",
                list_url="/bookings/?status=completed",
            ),
            Metric(
                "appointments_total",
                _("Appointments"),
                _("Bookings the clinic accepted: confirmed, in consultation or completed."),
                better="up",
                list_url="/bookings/?status=appointments",
            ),
            Metric(
                "bookings_total", _("All bookings"), _("All bookings, whatever their status."), list_url="/bookings/"
            ),
        ),
    ),
    Section(
        "inventory",
        _("Inventory"),
        "inventory.view_item",
        frozenset({"inventory_item", DAY}),
        (
            Metric(
                "inventory_out_of_stock",
                _("Out of stock"),
                _("Items of which nothing is left."),
                better="down",
                trend="openings",
                list_url="/inventory/?status=out_of_stock",
            ),
            Metric(
                "inventory_low_stock",
                _("Low stock"),
                _("Items at or below their reorder level, but not out of stock."),
                better="down",
                trend="openings",
                list_url="/inventory/?status=low_stock",
            ),
            Metric(
                "inventory_items_total",
                _("Items"),
                _("All items the store keeps."),
                trend="openings",
                list_url="/inventory/",
            ),
        ),
    ),
    Section(
        "patients",
        _("Patients & records"),
        "patients.view_patient",
        frozenset({"patient", "medical_record", "prescription", "patient_reference", DAY}),
        (
            Metric(
                "patients_total", _("Patients"), _("Patients who are not archived."), better="up", list_url="/patients/"
            ),
            Metric(
                "medical_records_total",
                _("Medical records"),
                _("Medical records of all patients."),
                list_url="/records/",
                list_permissions=("records.view_medicalrecord",),
            ),
        ),
        also_told=frozenset({"bill"}),
    ),
    Section(
        "money",
        _("Money"),
        "billing.view_bill",
        frozenset({"bill", "payment", "day_close", DAY}),
        (
            Metric(
                "balance_outstanding",
                _("Balance outstanding"),
                _("What is still owed on bills that are not void."),
                "money",
                "down",
                list_url="/bills/?status=open",
            ),
            Metric(
                "bills_unpaid",
                _("Unpaid bills"),
                _("Bills on which nothing has been paid."),
                better="down",
                list_url="/bills/?status=unpaid",
            ),
            Metric(
                "bills_partially_paid",
                _("Part-paid bills"),
                _("Bills paid in part."),
                list_url="/bills/?status=partially_paid",
            ),
            Metric(
                "bills_paid",
                _("Paid bills"),
                _("Bills with nothing left to pay."),
                better="up",
                list_url="/bills/?status=paid",
            ),
            Metric("bills_total", _("All bills"), _("All bills that are not void."), list_url="/bills/"),
            Metric(
                "revenue_total",
                _("Revenue"),
                _("Money received on bills that are paid in full."),
                "money",
                "up",
                list_url="/bills/?status=paid",
            ),
            Metric(
                "amount_paid_total",
                _("Received"),
                _("Money received on bills that are not void."),
                "money",
                "up",
                list_url="/bills/",
            ),
            Metric(
                "amount_billed_total",
                _("Billed"),
                _("Total of the bills that are not void."),
                "money",
                list_url="/bills/",
            ),
        ),
        also_told=frozenset({"patient", "booking", "service", "medical_record", "prescription", "inventory_item"}),
    ),
)
METRICS = tuple(metric for section in SECTIONS for metric in section.metrics)
BY_KEY = {metric.key: metric for metric in METRICS}
TOPICS = frozenset[str]().union(*(section.topics for section in SECTIONS))


def visible_sections(user: User) -> tuple[Section, ...]:
    """Choose the sections whose permission the user holds."""
    return tuple(section for section in SECTIONS if user.has_perm(section.permission))  # type: ignore[union-attr]
