"""What staff can do with a booking: each step's button, the right it needs, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from clinic.bookings.finish_consultation import finish_consultation, words_of_end
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.transitions import ALLOWED_TRANSITIONS, move

if TYPE_CHECKING:
    from clinic.stats.metric import Text, User

ANSWER = ("bookings.change_booking",)
CONSULT = (*ANSWER, "records.add_medicalrecord")


@dataclass(frozen=True)
class Step:
    """One step: a button that moves a booking to another status."""

    name: str
    to: BookingStatus
    button: Text
    done: Text | Callable[[int], str]
    """What is said when it is taken; what depends on the booking is asked for with its number."""
    permissions: tuple[str, ...] = ANSWER
    verb: Callable[[int], object] | None = None
    """What moves the booking, where more comes of it than another status."""
    question: Text = ""
    """Asked, with a field for the reason, before the step is taken; empty where one click is enough."""
    is_for_the_day: bool = False
    """Offered when the booking's day has come, and not before."""

    def take(self, booking_id: int, reason: str = "") -> None:
        """Take it, with the reason where the step asks for one; raises what `move` raises."""
        if self.verb is not None:
            self.verb(booking_id)
        else:
            move(booking_id, self.to, reason)

    def said(self, booking_id: int) -> Text:
        """Say that it is taken; the words are made when they are read, which is afterwards."""
        return lazy(self.done, str)(booking_id) if callable(self.done) else self.done


STEPS = (
    Step("accept", BookingStatus.CONFIRMED, _("Accept"), _("Accepted.")),
    Step(
        "start",
        BookingStatus.IN_CONSULTATION,
        _("Start consultation"),
        _("The consultation has begun."),
        is_for_the_day=True,
    ),
    Step(
        "done",
        BookingStatus.COMPLETED,
        _("Consultation done"),
        words_of_end,
        CONSULT,
        finish_consultation,
    ),
    Step("no-show", BookingStatus.NO_SHOW, _("No-show"), _("Marked as a no-show."), is_for_the_day=True),
    Step("decline", BookingStatus.DECLINED, _("Decline"), _("Declined."), question=_("Decline this booking?")),
    Step("cancel", BookingStatus.CANCELLED, _("Cancel booking"), _("Cancelled."), question=_("Cancel this booking?")),
)
BY_NAME = {step.name: step for step in STEPS}


def open_steps(booking: Booking, user: User) -> list[Step]:
    """List the steps that are allowed from the booking's status, whose day has come, and that this user may take."""
    allowed = ALLOWED_TRANSITIONS[BookingStatus(booking.status)]
    is_early = booking.date > timezone.localdate()
    return [
        step
        for step in STEPS
        if step.to in allowed and not (step.is_for_the_day and is_early) and user.has_perms(step.permissions)  # type: ignore[union-attr]
    ]
