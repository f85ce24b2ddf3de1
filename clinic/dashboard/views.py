"""The dashboard: a page, and the fragments that refresh its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.dashboard import activity, activity_views, board, chart, onlookers, today
from clinic.database.reads import Read, combine, fetch, together
from clinic.screens.guards import allowed, signed_in
from clinic.screens.sharing import for_many

if TYPE_CHECKING:
    from clinic.stats.metric import User

    Reads = dict[str, Read[Any]]


@require_safe
@never_cache
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the whole page, of one snapshot; `?tv=1` for a screen on the wall."""
    user = request.user
    reads = _numbers(user) | activity_views.feed(user) | _charts(user)
    for right, panel in PANELS:
        if user.has_perm(right):
            reads |= panel(user)
    context = {"is_tv": request.GET.get("tv") == "1", "activity_topics": activity.subjects_of(user)}
    if user.has_perm(onlookers.RIGHT):
        context["onlookers"] = onlookers.words()
    return render(request, "dashboard/index.html", context | together(reads))


@require_safe
@never_cache
@signed_in
def stats(request: HttpRequest) -> HttpResponse:
    """Show the numbers alone, from the partial that the page itself uses."""
    return render(request, "dashboard/_stats.html", together(_numbers(request.user)))


@require_safe
@never_cache
@signed_in
def trends(request: HttpRequest) -> JsonResponse:
    """Return openings and lines of the tiles, which change without a number changing."""
    shown = fetch(board.of(request.user))
    tiles = {
        tile.key: {"opening": tile.opening, "path": tile.spark.path, "words": tile.spark.words}
        for band in shown.bands
        for tile in band.tiles
    }
    return JsonResponse({"day": shown.day, "since": shown.since, "tiles": tiles})


def _numbers(user: User) -> Reads:
    return {"board": board.of(user)}


def _queue(user: User) -> Reads:
    return {"queue": today.queue(user), "old_requests": today.old_requests(), "schedule": today.schedule()}


def _stock(user: User) -> Reads:
    return {"stock": today.stock(user)}


def _bookings_chart(_user: User) -> Reads:
    return {"chart": chart.BOOKINGS}


def _money_chart(_user: User) -> Reads:
    return {"chart": chart.MONEY}


def _charts(user: User) -> Reads:
    shown = (read for right, read in CHARTS if user.has_perm(right))  # type: ignore[union-attr]
    return {"charts": combine(lambda *charts: charts, *shown)}


BOOKINGS, STOCK, MONEY = "bookings.view_booking", "inventory.view_item", "billing.view_bill"
PANELS = ((BOOKINGS, _queue), (STOCK, _stock))
CHARTS = ((BOOKINGS, chart.BOOKINGS), (MONEY, chart.MONEY))


def _panel(permission: str, template: str, reads: Callable[[User], Reads]) -> Any:
    """Make the view of one panel, which the page refreshes when its topic changes."""

    def panel(request: HttpRequest) -> HttpResponse:
        return for_many(request, render(request, template, together(reads(request.user))))

    return require_safe(never_cache(allowed(permission)(panel)))


bookings = _panel(BOOKINGS, "dashboard/_today.html", _queue)
store = _panel(STOCK, "dashboard/_stock.html", _stock)
bookings_chart = _panel(BOOKINGS, "dashboard/_days.html", _bookings_chart)
money_chart = _panel(MONEY, "dashboard/_days.html", _money_chart)
