"""What staff can do with a booking: each step's button, the right it needs, and the verb that takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from clinic.bookings.accept import accept
from clinic.bookings.cancel import cancel
from clinic.bookings.decline import decline
from clinic.bookings.finish_consultation import finish_consultation, words_of_end
from clinic.bookings.mark_no_show import mark_no_show
from clinic.bookings.models import Booking, Status
from clinic.bookings.start_consultation import start_consultation
from clinic.bookings.transitions import ALLOWED_TRANSITIONS

if TYPE_CHECKING:
    from clinic.stats.catalogue import Text, User

ANSWER = ("bookings.change_booking",)
CONSULT = (*ANSWER, "records.add_medicalrecord")


@dataclass(frozen=True)
class Step:
    """One step; `take` gets the booking's number, and the reason where the step asks for one."""

    name: str
    to: Status
    button: Text
    done: Text | Callable[[int], str]
    """What is said when it is taken; what depends on the booking is asked for with its number."""
    take: Callable[..., object]
    permissions: tuple[str, ...] = ANSWER
    question: Text = ""
    """Asked, with a field for the reason, before the step is taken; empty where one click is enough."""
    is_for_the_day: bool = False
    """Offered when the booking's day has come, and not before."""

    def said(self, booking_id: int) -> Text:
        """Say that it is taken; the words are made when they are read, which is afterwards."""
        return lazy(self.done, str)(booking_id) if callable(self.done) else self.done


STEPS = (
    Step("accept", Status.CONFIRMED, _("Accept"), _("Accepted."), accept),
    Step(
        "start",
        Status.IN_CONSULTATION,
        _("Start consultation"),
        _("The consultation has begun."),
        start_consultation,
        is_for_the_day=True,
    ),
    Step(
        "done",
        Status.COMPLETED,
        _("Consultation done"),
        words_of_end,
        finish_consultation,
        CONSULT,
    ),
    Step("no-show", Status.NO_SHOW, _("No-show"), _("Marked as a no-show."), mark_no_show, is_for_the_day=True),
    Step("decline", Status.DECLINED, _("Decline"), _("Declined."), decline, question=_("Decline this booking?")),
    Step("cancel", Status.CANCELLED, _("Cancel booking"), _("Cancelled."), cancel, question=_("Cancel this booking?")),
)
BY_NAME = {step.name: step for step in STEPS}


def open_steps(booking: Booking, user: User) -> list[Step]:
    """List the steps that are lawful from the booking's status, whose day has come, and that this user may take."""
    lawful = ALLOWED_TRANSITIONS[Status(booking.status)]
    is_early = booking.date > timezone.localdate()
    return [
        step
        for step in STEPS
        if step.to in lawful and not (step.is_for_the_day and is_early) and user.has_perms(step.permissions)  # type: ignore[union-attr]
    ]
