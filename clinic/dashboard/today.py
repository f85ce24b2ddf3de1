"""What is to be done today: requests that wait, each practitioner's day, and what the store lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from clinic.bookings.decline_unanswered import unanswered
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.steps import Step, open_steps
from clinic.database.reads import Read, combine, count, instances
from clinic.inventory.expiry import available, must_be_ordered
from clinic.inventory.models import Item
from clinic.practice.models import Practitioner

if TYPE_CHECKING:
    from clinic.stats.metric import User

SHOWN = 5
SHOWN_ALONE = 20
MOST_AGENDAS = 30
MOST_ROWS_OF_ROOM = 8
VISIT = ("status", "start_time", "patient_name", "patient__first_name", "patient__last_name")
"""Who comes, when, and whether they were in."""
NOT_COMING = [BookingStatus.PENDING, BookingStatus.DECLINED, BookingStatus.CANCELLED]


@dataclass(frozen=True)
class Waiting:
    """A request, with the steps that this user may take."""

    booking: Booking
    steps: list[Step]


@dataclass(frozen=True)
class Agenda:
    """One practitioner's day: how far it is, who is in, and who comes next; of none, what anybody may take."""

    practitioner: Practitioner | None
    bookings: list[Booking]

    @property
    def done(self) -> int:
        """Count who was here; who did not come was not."""
        return sum(booking.status == BookingStatus.COMPLETED for booking in self.bookings)

    @property
    def missed(self) -> int:
        """Count who did not come."""
        return sum(booking.status == BookingStatus.NO_SHOW for booking in self.bookings)

    @property
    def present(self) -> Booking | None:
        """Tell who is in consultation."""
        return next((b for b in self.bookings if b.status == BookingStatus.IN_CONSULTATION), None)

    @property
    def following(self) -> Booking | None:
        """Tell who comes next."""
        return next((b for b in self.bookings if b.status == BookingStatus.CONFIRMED), None)


@dataclass(frozen=True)
class Schedule:
    """Today's agendas of those who have somebody booked, how many `others` have, and how many are `free`."""

    agendas: list[Agenda]
    others: int
    free: int

    @property
    def room(self) -> int:
        """Say for how many rows room is kept, so that a first booking pushes nothing away."""
        return min(self.free + sum(agenda.practitioner is not None for agenda in self.agendas), MOST_ROWS_OF_ROOM)


def queue(user: User) -> Read[list[Waiting]]:
    """List the requests whose day comes first, from today on."""
    waiting = Booking.objects.filter(status=BookingStatus.PENDING, date__gte=timezone.localdate())
    first = waiting.order_by("date", "start_time", "id")[:SHOWN]
    return combine(
        lambda bookings: [Waiting(booking, open_steps(booking, user)) for booking in bookings],
        instances(first, *VISIT, "date", "service__name"),
    )


def old_requests() -> Read[int]:
    """Count the requests that nobody answered before their day had passed."""
    return count(unanswered(Booking.objects.all()))


def schedule() -> Read[Schedule]:
    """List today's agendas by name, what anybody may take last."""
    rows = Booking.objects.filter(date=timezone.localdate()).exclude(status__in=NOT_COMING)
    return combine(
        _schedule,
        count(Practitioner.objects.filter(is_active=True)),
        instances(rows.order_by("start_time", "id"), *VISIT, "practitioner__full_name", "practitioner__is_active"),
    )


def _schedule(active: int, bookings: Iterable[Booking]) -> Schedule:
    days: dict[Practitioner | None, list[Booking]] = {}
    for booking in bookings:
        days.setdefault(booking.practitioner, []).append(booking)
    agendas = sorted((Agenda(who, theirs) for who, theirs in days.items()), key=_place)
    free = active - sum(who is not None and who.is_active for who in days)
    by_need = sorted(agendas, key=lambda agenda: agenda.present is None and agenda.following is None)
    return Schedule(sorted(by_need[:MOST_AGENDAS], key=_place), len(by_need[MOST_AGENDAS:]), free)


def _place(agenda: Agenda) -> tuple[bool, str, int]:
    who = agenda.practitioner
    return (False, who.full_name, who.pk) if who else (True, "", 0)


def stock(user: User) -> Read[list[Item]]:
    """List what must be ordered, what has none to give first, and more of it for those who have only the store."""
    shown = SHOWN if user.has_perm("bookings.view_booking") else SHOWN_ALONE  # type: ignore[union-attr]
    rows = Item.objects.filter(must_be_ordered()).order_by(available(), "name")
    return instances(rows[:shown], "name", "quantity", "reorder_level", "expires_on")
