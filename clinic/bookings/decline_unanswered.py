"""Decline the requests that nobody answered before their day had passed, with one reason, all at once."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import ngettext

from clinic.bookings.models import Booking, BookingStatus
from clinic.errors import ClinicError


class MoreUnansweredError(ClinicError):
    """There are more requests than were confirmed; `found` is how many now."""

    def __init__(self, found: int) -> None:
        self.found = found
        words = ngettext(
            "Meanwhile there is %(n)s such request. Send the form again to decline it.",
            "Meanwhile there are %(n)s such requests. Send the form again to decline them all.",
            found,
        )
        super().__init__(words % {"n": intcomma(found)})


def unanswered(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """Narrow bookings down to requests that wait though their day has passed."""
    return bookings.filter(status=BookingStatus.PENDING, date__lt=timezone.localdate())


@transaction.atomic
def decline_unanswered(found: QuerySet[Booking], confirmed: int, reason: str) -> int:
    """Decline those of the bookings found that still wait though their day has passed; returns their number.

    It waits for nobody: a row that somebody else holds is being answered, or moved to another day, and
    is left to them. Raises `MoreUnansweredError`, and declines none, when there are more than were confirmed.
    """
    waiting = unanswered(Booking.objects.filter(pk__in=found.order_by().values("pk")))
    # Two statements: within one, a plan without statistics may lock and look through all of them again for each row.
    free = list(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    locked = Booking.objects.filter(pk__in=RawSQL("select unnest(%s::bigint[])", [free]))
    declined = locked.update(status=BookingStatus.DECLINED, status_reason=reason.strip())
    if declined > confirmed:
        raise MoreUnansweredError(declined)
    return declined
