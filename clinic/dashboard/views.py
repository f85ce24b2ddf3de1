"""The dashboard: a page, and the fragment that refreshes its numbers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.dashboard.board import build
from clinic.staff.views import signed_in
from clinic.stats import snapshot


@require_safe
@never_cache
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the whole page."""
    return render(request, "dashboard/index.html", {"board": build(request.user, snapshot.read())})


@require_safe
@never_cache
@signed_in
def stats(request: HttpRequest) -> HttpResponse:
    """Show the numbers alone, from the partial that the page itself uses."""
    return render(request, "dashboard/_stats.html", {"board": build(request.user, snapshot.read())})
