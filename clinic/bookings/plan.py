"""What is planned for some days, in the columns of the calendar: who works when, and what is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from clinic.bookings.calendar import Column
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.slots import Days, Range, open_stretches
from clinic.practice.models import Practitioner
from clinic.screens.days import written_day

CALLED_OFF = [BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW]


@dataclass(frozen=True)
class Plan:
    """Bookings that were not called off, and the working hours, of these days."""

    days: Days
    bookings: list[Booking]
    stretches: list[tuple[int, Range]]

    @classmethod
    def of(cls, days: Days) -> Plan:
        """Read the plan."""
        rows = Booking.objects.filter(days.of_practitioner(), date__range=(days.first, days.last))
        kept = rows.exclude(status__in=CALLED_OFF).select_related("patient", "service", "practitioner")
        return cls(days, list(kept.order_by("id")), open_stretches(days))

    def busy_first(self, people: list[Practitioner]) -> list[Practitioner]:
        """Put those first who work or are booked, each half as it is."""
        busy = {who for who, _hours in self.stretches} | {booking.practitioner_id for booking in self.bookings}
        return sorted(people, key=lambda person: person.pk not in busy)

    def week(self, who: Practitioner) -> list[Column]:
        """Return a column for each day."""
        return [self._column(written_day(day, "D j M"), day, who.pk) for day in self.days]

    def day(self, people: list[Practitioner], shown: list[Practitioner]) -> list[Column]:
        """Return a column for each of the people `shown`, and one for bookings of nobody among the people."""
        columns = [self._column(person.full_name, self.days.first, person.pk) for person in shown]
        active = {person.pk for person in people}
        others = [booking for booking in self.bookings if booking.practitioner_id not in active]
        return [*columns, Column(_("Anybody"), self.days.first, None, [], others)] if others else columns

    def _column(self, heading: str, day: date, pk: int) -> Column:
        hours = [stretch for who, stretch in self.stretches if who == pk and stretch[0].date() == day]
        bookings = [booking for booking in self.bookings if booking.practitioner_id == pk and booking.date == day]
        return Column(heading, day, pk, hours, bookings)
