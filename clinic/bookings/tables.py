"""The columns of the list of bookings."""

from __future__ import annotations

from datetime import date, time

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, Table  # type: ignore[import-untyped]

from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.steps import open_steps
from clinic.patients.models import full_name
from clinic.screens.export import Plain, in_words, stored


def day_and_time(day: date, start: time | None) -> str:
    """Write the day, and the time where there is one, for another program."""
    return f"{day} {start.isoformat('minutes')}" if start else str(day)


def who_comes(first_name: str | None, last_name: str | None, name_left: str) -> str:
    """Name the patient, or the name that was left."""
    return name_left if first_name is None else full_name(first_name, last_name or "")


def number_to_call(patients: str | None, left: str) -> str:
    """Return the patient's number, or the one that was left."""
    return patients or left


class BookingTable(Table):  # type: ignore[misc]
    """Bookings with their next steps; day and time have an index in both directions."""

    topics = ("booking", "patient", "practitioner", "service", "day")
    noun = _("bookings")
    plain = {
        "when": Plain(day_and_time, "date", "start_time"),
        "patient": Plain(who_comes, "patient__first_name", "patient__last_name", "patient_name"),
        "phone": Plain(number_to_call, "patient__phone", "patient_phone"),
        "service": stored("service__name"),
        "practitioner": stored("practitioner__full_name"),
        "status": Plain(in_words(BookingStatus, capfirst), "status"),
    }

    when = Column(_("When"), accessor="pk", order_by=("date", "start_time", "id"), linkify=True)
    patient = Column(_("Patient"), accessor="display_name", orderable=False)
    phone = Column(_("Phone"), accessor="display_phone", orderable=False)
    service = Column(_("Service"), orderable=False)
    practitioner = Column(_("Practitioner"), orderable=False)
    status = Column(_("Status"), accessor="pk", orderable=False)
    steps = Column(_("Next"), accessor="pk", orderable=False, exclude_from_export=True)

    class Meta:
        model = Booking
        fields = ("when", "patient", "phone", "service", "practitioner", "status", "steps")
        default = ""
        empty_text = _("No booking matches.")

    def render_when(self, record: Booking) -> str:
        """Show the day, and the time where there is one."""
        return when(record)

    def render_status(self, record: Booking) -> str:
        """Show the status in words."""
        return render_to_string("bookings/_status.html", {"booking": record})

    def render_steps(self, record: Booking) -> str:
        """Offer the steps that this user may take with this booking."""
        steps = open_steps(record, self.request.user)
        context = {"booking": record, "steps": steps, "back": self.request.get_full_path()}
        return render_to_string("bookings/_steps.html", context, self.request) if steps else ""


def when(booking: Booking) -> str:
    """Write a booking's day and time."""
    day = formats.date_format(booking.date, "D j M Y")
    return f"{day}, {booking.start_time:%H:%M}" if booking.start_time else day
