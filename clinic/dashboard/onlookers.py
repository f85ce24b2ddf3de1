"""How many screens look on and how far they are behind, in words for who manages the clinic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.live import process
from clinic.screens.guards import allowed

RIGHT = "auth.view_user"
"""Who manages the accounts manages the clinic."""


@require_safe
@never_cache
@allowed(RIGHT)
def part(request: HttpRequest) -> HttpResponse:
    """Show the words alone, as the page asks for them now and then."""
    return render(request, "dashboard/_onlookers.html", {"onlookers": words()})


def words() -> str:
    """Say it of all web processes, as this one has heard."""
    screens, behind, is_dated = process.hub().onlookers()
    who = ngettext("%(screens)s screen looks on", "%(screens)s screens look on", screens) % {"screens": screens}
    if not is_dated:
        return _("%(who)s; how far behind is not known, because PostgreSQL keeps no times of commits") % {"who": who}
    if behind is None:
        return _("%(who)s; no change has come yet that shows how far behind") % {"who": who}
    return _("%(who)s, %(behind)s behind") % {"who": who, "behind": _spelled(behind)}


def _spelled(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
