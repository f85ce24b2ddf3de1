"""The manager's set-up: what is offered, who practises when, and when nobody does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.bookings.models import LIVE, Booking
from clinic.errors import ClinicError
from clinic.practice.forms import BlockedDayForm, PractitionerForm, ServiceForm
from clinic.practice.hours_in_words import week_in_words
from clinic.practice.models import BlockedDay, Practitioner, Service
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.parts import part
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit

PER_PART = 30
MANAGE = ("practice.change_service", "practice.change_practitioner")


class StillUsedError(ClinicError):
    """It is used by bookings or records and cannot be deleted; switch it off instead."""


@require_safe
@never_cache
@allowed(*MANAGE)
def setup(request: HttpRequest) -> HttpResponse:
    """Show everything that is set up, on one page."""
    practitioners = part(request, _practitioners(), "practitioners", PER_PART)
    context = {
        "services": part(request, Service.objects.order_by("-is_active", "name", "id"), "services", PER_PART),
        "practitioners": practitioners,
        "weeks": [(person, week_in_words(person.working_hours.all())) for person in practitioners],
        "blocked": part(request, _coming(), "blocked", PER_PART),
        "accounts": part(request, _accounts(), "accounts", PER_PART),
    }
    return render(request, "practice/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed(*MANAGE)
@keep_input_when_gone(
    ServiceForm, "practice/edit.html", save_as_new="setup-service-new", heading=gettext_lazy("Service")
)
def service(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a service."""
    return _edit(request, pk, ServiceForm, "practice/edit.html", "service")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed(*MANAGE)
@keep_input_when_gone(
    PractitionerForm,
    "practice/practitioner.html",
    save_as_new="setup-practitioner-new",
    heading=gettext_lazy("Practitioner"),
)
def practitioner(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a practitioner and the hours of each weekday."""
    return _edit(request, pk, PractitionerForm, "practice/practitioner.html", "practitioner")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed(*MANAGE)
def block(request: HttpRequest) -> HttpResponse:
    """Block days; bookings that lie in them stay, and the manager is told how many."""
    form = BlockedDayForm(sent(request))
    answer = submit(request, form, lambda: _blocked(request, form))
    return answer or show(request, "practice/edit.html", form, heading=_("Blocked days"), back=reverse("setup"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed(*MANAGE)
def delete(request: HttpRequest, pk: int, model: type[Service | Practitioner | BlockedDay]) -> HttpResponse:
    """Ask, then delete what nothing refers to."""
    row = row_of(model._default_manager.all(), pk)
    if request.method == "POST":
        return perform(request, lambda: _deleted(row), _("Deleted."), reverse("setup"))
    context = {"question": _("Delete this?"), "words": [str(row)], "yes": _("Delete"), "back": reverse("setup")}
    return render(request, "screens/confirm.html", context)


def _edit(request: HttpRequest, pk: int | None, form_of: type[Any], template: str, topic: str) -> HttpResponse:
    rows = form_of._meta.model._default_manager.all()
    form = form_of(sent(request), instance=row_of(rows, pk) if pk else None)
    return submit(request, form, lambda: _saved(form), _("Saved.")) or show(
        request,
        template,
        form,
        heading=capfirst(rows.model._meta.verbose_name),
        topic=topic,
        back=reverse("setup"),
        delete=reverse(f"setup-{topic}-delete", args=[pk]) if pk else "",
    )


def _saved(form: Any) -> str:
    form.save()
    return reverse("setup")


def _deleted(row: Model) -> str:
    try:
        row.delete()
    except ProtectedError as error:
        raise StillUsedError(
            _("%(what)s is used by bookings or records and cannot be deleted; switch it off instead.") % {"what": row}
        ) from error
    return reverse("setup")


def _blocked(request: HttpRequest, form: BlockedDayForm) -> str:
    days = form.save()
    affected = Booking.objects.filter(date__range=(days.first_day, days.last_day), status__in=LIVE)
    if days.practitioner_id:
        affected = affected.filter(practitioner=days.practitioner_id)
    if count := affected.count():
        words = ngettext(
            "Blocked. %(count)d booking lies in these days; move or cancel it.",
            "Blocked. %(count)d bookings lie in these days; move or cancel them.",
            count,
        )
        messages.warning(request, words % {"count": count})
    else:
        messages.success(request, _("Blocked."))
    return reverse("setup")


def _practitioners() -> QuerySet[Practitioner]:
    return Practitioner.objects.order_by("-is_active", "full_name", "id").prefetch_related("working_hours")


def _accounts() -> QuerySet[User]:
    return User.objects.filter(is_superuser=False).order_by("-is_active", "username").prefetch_related("groups")


def _coming() -> QuerySet[BlockedDay]:
    today = timezone.localdate()
    return BlockedDay.objects.filter(last_day__gte=today).select_related("practitioner").order_by("first_day", "id")
