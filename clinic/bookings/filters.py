"""How the list of bookings is searched and filtered; the dashboard's tiles link to it with these words."""

from __future__ import annotations

from datetime import date

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet  # type: ignore[import-untyped]

from clinic.bookings.decline_unanswered import unanswered
from clinic.bookings.models import Booking, BookingStatus
from clinic.patients.filters import found as found_patients
from clinic.patients.filters import of_patient
from clinic.patients.models import Patient
from clinic.practice.picks import ANY_PRACTITIONER
from clinic.screens import search
from clinic.screens.days import FIRST_DAY, LAST_DAY
from clinic.screens.filters import PickFilter, search_box
from clinic.screens.widgets import DayInput

TODAY = "today"
UNANSWERED = "unanswered"
FORWARDS, BACKWARDS = ("date", "start_time", "id"), ("-date", "-start_time", "-id")
GROUPS = {
    "appointments": (BookingStatus.CONFIRMED, BookingStatus.IN_CONSULTATION, BookingStatus.COMPLETED),
    "confirmed": (BookingStatus.CONFIRMED, BookingStatus.IN_CONSULTATION),
}
"""Words of the filter that mean more than one status; all others mean the status itself."""
CHOICES = [
    ("pending", _("pending")),
    (UNANSWERED, _("never answered")),
    ("confirmed", _("confirmed or in consultation")),
    ("in_consultation", _("in consultation")),
    ("completed", _("completed")),
    ("appointments", _("all appointments")),
    ("declined", _("declined")),
    ("no_show", _("no-show")),
    ("cancelled", _("cancelled")),
]


class DayOrToday(DayInput):
    """A field for a day that also takes the word `today`, which an address can keep until tomorrow."""

    def format_value(self, value: object) -> str | None:
        """Show the word as the day it means."""
        return timezone.localdate().isoformat() if value == TODAY else super().format_value(value)


class BookingFilter(FilterSet):  # type: ignore[misc]
    """Status, day and practitioner, and who comes by name or phone."""

    q = search_box(_("Search"), _("Name or phone"))
    status = ChoiceFilter(label=_("Status"), choices=CHOICES, empty_label=_("any"), method="with_status")
    day = CharFilter(label=_("Day"), widget=DayOrToday, method="of_day")
    practitioner = PickFilter(label=_("Practitioner"), picks=ANY_PRACTITIONER, empty_label=_("all"))
    patient = of_patient()

    class Meta:
        model = Booking
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Booking]:
        """Put what comes next first where something waits, what is past behind it; the latest first elsewhere."""
        rows: QuerySet[Booking] = super().qs
        said = self.form.cleaned_data if self.form.is_valid() else {}
        if said.get("status") == BookingStatus.PENDING:
            is_past = ExpressionWrapper(Q(date__lt=timezone.localdate()), BooleanField())
            return rows.alias(is_past=is_past).order_by("is_past", *FORWARDS)
        return rows.order_by(*(FORWARDS if said.get("day") else BACKWARDS))

    def search(self, rows: QuerySet[Booking], name: str, value: str) -> QuerySet[Booking]:
        """Find bookings by who comes."""
        return found(rows, value) if value.strip() else rows

    def with_status(self, rows: QuerySet[Booking], name: str, value: str) -> QuerySet[Booking]:
        """Show one status, or a group of them."""
        if value == UNANSWERED:
            return unanswered(rows)
        return rows.filter(status__in=GROUPS[value]) if value in GROUPS else rows.filter(status=value)

    def of_day(self, rows: QuerySet[Booking], name: str, value: str) -> QuerySet[Booking]:
        """Show one day; nonsense shows none."""
        day = read_day(value)
        return rows.filter(date=day) if day else rows.none()


def found(bookings: QuerySet[Booking], text: str) -> QuerySet[Booking]:
    """Find bookings by the name, phone, e-mail and reference that they carry, or by the patient as the patient is now.

    Joined by UNION, because an index answers each half and none the OR of two tables.
    """
    own = Booking.objects.filter(search.meant(text) | Q(external_ref=search.typed(text)))
    of_patients = Booking.objects.filter(patient__in=found_patients(Patient.objects.all(), text))
    return bookings.filter(pk__in=own.values("pk").union(of_patients.values("pk")))


def read_day(text: str) -> date | None:
    """Read a day as addresses spell it: 2027-01-31, or `today`; anything else is no day."""
    if text == TODAY:
        return timezone.localdate()
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None
