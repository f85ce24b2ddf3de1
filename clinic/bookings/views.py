"""The pages about bookings: the list, one booking, and the forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.bookings.book import book
from clinic.bookings.delete_booking import delete_booking
from clinic.bookings.filters import UNANSWERED, BookingFilter, read_day
from clinic.bookings.forms import BookingForm, WalkInForm
from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.steps import open_steps
from clinic.bookings.tables import BookingTable, when
from clinic.bookings.walk_in import walk_in
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.listing import listing
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit

PEOPLE = ("patient", "practitioner", "service")
TAKEN_FROM_ADDRESS = ("patient", "practitioner", "service", "date", "start_time")


@require_safe
@never_cache
@allowed("bookings.view_booking")
def bookings(request: HttpRequest) -> HttpResponseBase:
    """List bookings."""
    rows = Booking.objects.select_related(*PEOPLE)
    is_old = request.GET.get("status") == UNANSWERED and request.user.has_perm("bookings.change_booking")
    bulk = {"address": reverse("decline-unanswered"), "words": _("Decline them all…")} if is_old else None
    return listing(request, rows, BookingFilter, BookingTable, "bookings/list.html", bulk=bulk)


@require_safe
@never_cache
@allowed("bookings.view_booking")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one booking, what came of it, and the steps that are open; to htmx without the page around."""
    booking = row_of(Booking.objects.select_related(*PEOPLE), pk)
    context = {
        "booking": booking,
        "when": when(booking),
        "steps": open_steps(booking, request.user),
        "records": booking.medical_records.order_by("id"),
        "bill": booking.bills.first() if request.user.has_perm("billing.view_bill") else None,
        "back": booking.get_absolute_url(),
    }
    template = template_for(request, "bookings/booking.html", part="bookings/_booking.html")
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("bookings.add_booking")
def create(request: HttpRequest) -> HttpResponse:
    """Book what the clinic has accepted already, because its staff books it."""
    form = BookingForm(sent(request), instance=Booking(status=BookingStatus.CONFIRMED), initial=_from_address(request))
    return _new(request, form, book, _("Booked."), heading=_("New booking"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("bookings.add_booking")
def create_walk_in(request: HttpRequest) -> HttpResponse:
    """Take in somebody who stands at the desk."""
    form = WalkInForm(sent(request), instance=Booking(), initial=_from_address(request))
    return _new(request, form, walk_in, _("Booked for today, without a time."), heading=_("Walk-in"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("bookings.change_booking")
@keep_input_when_gone(
    BookingForm, "bookings/edit.html", save_as_new="booking-new", heading=gettext_lazy("Edit booking")
)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a booking, also its time; its status moves by its steps alone."""
    booking = row_of(Booking.objects.all(), pk)
    form = BookingForm(sent(request), instance=booking)
    change = lambda: book(form.save(commit=False)).get_absolute_url()  # noqa: E731
    return submit(request, form, change, _("Saved.")) or show(
        request,
        "bookings/edit.html",
        form,
        heading=_("Edit booking"),
        topic="booking",
        back=reverse("booking", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("bookings.delete_booking")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete; what was done or billed cannot be deleted."""
    booking = row_of(Booking.objects.select_related(*PEOPLE), pk)
    if request.method == "POST":
        return perform(request, lambda: _deleted(pk), _("Deleted."), booking.get_absolute_url())
    words = [when(booking), booking.display_name, _("To keep the history, cancel or decline it instead.")]
    context = {"question": _("Delete this booking?"), "words": words, "yes": _("Delete"), "back": f"/bookings/{pk}/"}
    return render(request, "screens/confirm.html", context)


def _new(
    request: HttpRequest, form: BookingForm, write: Callable[[Booking], Booking], done: str, heading: str
) -> HttpResponse:
    saved = submit(request, form, lambda: write(form.save(commit=False)).get_absolute_url(), done)
    return saved or show(request, "bookings/edit.html", form, heading=heading, back=reverse("bookings"))


def _deleted(pk: int) -> str:
    delete_booking(pk)
    return reverse("bookings")


def _from_address(request: HttpRequest) -> dict[str, Any]:
    """Take what another page knows already, such as the patient or a free time of the calendar."""
    given: dict[str, Any] = {name: request.GET[name] for name in TAKEN_FROM_ADDRESS if request.GET.get(name)}
    if "date" in given:
        given["date"] = read_day(given["date"])
    return given
