"""The day close over HTTP."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.billing.day_close.close_day import close_day, drawer
from clinic.billing.day_close.forms import CountForm, DayForm
from clinic.billing.day_close.takings import Takings, since_closing
from clinic.billing.models import DayClose
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for, wants_part
from clinic.screens.parts import part
from clinic.screens.submit import sent, show, submit


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("billing.view_dayclose", "billing.view_payment")
def day_close(request: HttpRequest) -> HttpResponseBase:
    """Show a day's takings and its sheets, and close it."""
    day = _day_of(request)
    if request.method == "POST":
        return _close(request, day)
    if wants_part(request):
        return render(request, "billing/_takings.html", _takings(day))
    return _page(request, day, CountForm())


@allowed("billing.add_dayclose")
def _close(request: HttpRequest, day: date) -> HttpResponse:
    form = CountForm(sent(request))

    def change() -> str:
        said = form.cleaned_data
        return close_day(day, said["counted"], said["note"], seen=request.POST.get("seen", "")).get_absolute_url()

    return submit(request, form, change, _("The day is closed.")) or _page(request, day, form)


@require_safe
@never_cache
@allowed("billing.view_dayclose", "billing.view_payment")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a kept sheet and what came since."""
    kept = get_object_or_404(DayClose.objects.prefetch_related("lines"), pk=pk)
    since = since_closing(kept)
    context = {"sheet": kept, "since": since, "arrived": part(request, since.arrived), "now": timezone.now()}
    template = template_for(request, "billing/day_sheet.html", part="billing/_since.html")
    return render(request, template, context)


def _page(request: HttpRequest, day: date, form: CountForm) -> HttpResponse:
    picked = DayForm(initial={"day": day})
    return show(request, "billing/day_close.html", form, picked=picked, **_takings(day))


def _takings(day: date) -> dict[str, object]:
    takings = Takings(day)
    sheets = list(DayClose.objects.filter(day=day).prefetch_related("lines").order_by("-number"))
    seen = drawer(sheets[0] if sheets else None, takings)
    is_open = day <= timezone.localdate()
    return {"day": day, "takings": takings, "sheets": sheets, "seen": seen, "is_open": is_open, "now": timezone.now()}


def _day_of(request: HttpRequest) -> date:
    """Return the day of the address; today when it names none."""
    form = DayForm(request.GET)
    day: date = form.cleaned_data["day"] if form.is_valid() else timezone.localdate()
    return day
