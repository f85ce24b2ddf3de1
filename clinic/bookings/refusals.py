"""What staff read when a booking is no longer as their page showed it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.bookings.models import Booking, BookingStatus
from clinic.errors import ClinicError
from clinic.screens.conflicts import moment

REQUESTED_STEPS = {
    BookingStatus.CONFIRMED: gettext_lazy("accepted"),
    BookingStatus.DECLINED: gettext_lazy("declined"),
    BookingStatus.IN_CONSULTATION: gettext_lazy("taken into consultation"),
    BookingStatus.COMPLETED: gettext_lazy("completed"),
    BookingStatus.NO_SHOW: gettext_lazy("marked as a no-show"),
    BookingStatus.CANCELLED: gettext_lazy("cancelled"),
}
"""What was to be done with the booking, by the status it was to get."""


class InvalidTransitionError(ClinicError):
    """The booking cannot take this step from the status it has; look at it again."""


def not_allowed(booking: Booking, to: BookingStatus) -> InvalidTransitionError:
    """Say how the booking stands now, who made it so and when, and what was therefore not done."""
    return InvalidTransitionError(
        _("This booking is %(status)s: %(who)s changed it at %(when)s. It was not %(step)s.")
        % {
            "status": booking.get_status_display(),
            "who": booking.changed_by,
            "when": moment(booking.changed_at),
            "step": REQUESTED_STEPS[to],
        }
    )
