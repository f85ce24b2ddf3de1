"""The activity feed: a panel of the dashboard, and a page that turns back in time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.dashboard import activity
from clinic.database.reads import Read, together
from clinic.screens.guards import signed_in
from clinic.screens.htmx import template_for
from clinic.screens.sharing import for_many

if TYPE_CHECKING:
    from clinic.stats.metric import User

PANEL_LINES = 8
PAGE_LINES = 50


def feed(user: User, lines: int = PANEL_LINES, before: datetime | None = None) -> dict[str, Read[Any]]:
    """Say what the feed reads of what the user may see."""
    return {"lines": activity.newest(user, lines, before), "check_up": activity.last_check_up(user)}


@require_safe
@never_cache
@signed_in
def panel(request: HttpRequest) -> HttpResponse:
    """Show the newest lines, for the dashboard to refresh."""
    return for_many(request, render(request, "dashboard/_activity.html", together(feed(request.user))))


@require_safe
@never_cache
@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """Show the log; `?before=` a moment turns back in time. The newest page is live."""
    before = _moment(request.GET.get("before", ""))
    context = together(feed(request.user, PAGE_LINES, before)) | {"activity_topics": activity.subjects_of(request.user)}
    context |= {"is_newest": before is None, "is_full": len(context["lines"]) == PAGE_LINES}
    template = template_for(request, "dashboard/activity.html", part="dashboard/_activity_lines.html")
    return for_many(request, render(request, template, context))


def _moment(text: str) -> datetime | None:
    """Read a moment of an address; what is none means the newest page."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and is_aware(moment) else None
