"""The clinic's metrics as people read them; `sql/270_subjects.sql` says how each is counted.

The setting `STATS_SECTIONS` names them to the packages below, which know none.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from clinic.stats.metric import DAY, Metric, Section

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
