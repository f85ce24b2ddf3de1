"""The page that declines old requests in bulk: those of the list it was opened from, through the list's own filter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.bookings.decline_unanswered import MoreUnansweredError, decline_unanswered
from clinic.bookings.filters import UNANSWERED, BookingFilter
from clinic.bookings.forms import UnansweredForm
from clinic.bookings.models import Booking
from clinic.screens.guards import allowed
from clinic.screens.submit import sent, show, submit

NONE = gettext_lazy("No old request waits for an answer.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("bookings.change_booking")
def decline(request: HttpRequest) -> HttpResponse:
    """Ask for the reason and for the number to be confirmed, then decline them."""
    query = _of_list(request.GET)
    back = f"{reverse('bookings')}?{query.urlencode()}"
    chosen = BookingFilter(query, queryset=Booking.objects.all(), request=request)
    if not chosen.is_valid():
        messages.error(request, _("Nothing is declined: the list's filter cannot be read. Choose again."))
        return HttpResponseRedirect(back)
    found: QuerySet[Booking] = chosen.qs
    form = UnansweredForm(sent(request), initial={"confirmed": found.count()})

    def change() -> str:
        said = form.cleaned_data
        try:
            declined = decline_unanswered(found, said["confirmed"], said["reason"])
        except MoreUnansweredError as error:
            form.confirm(error.found)
            raise
        if declined:
            words = ngettext("%(n)s old request declined.", "%(n)s old requests declined.", declined)
            messages.success(request, words % {"n": intcomma(declined)})
        else:
            messages.info(request, NONE)
        return back

    if not form.is_bound and not form.initial["confirmed"]:
        messages.info(request, NONE)
        return HttpResponseRedirect(back)
    return submit(request, form, change) or show(
        request, "bookings/decline_unanswered.html", form, number=form.number, back=back
    )


def _of_list(query: QueryDict) -> QueryDict:
    """Take the filter of the list, for old requests alone."""
    narrowed = query.copy()
    narrowed["status"] = UNANSWERED
    return narrowed
