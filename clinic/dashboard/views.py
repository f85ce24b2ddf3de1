"""The dashboard: a page, and the fragments that refresh its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.dashboard import board, chart, today
from clinic.dashboard.activity_views import panel_context as _activity
from clinic.dashboard.board import Board
from clinic.desk.guards import allowed
from clinic.staff.views import signed_in


@require_safe
@never_cache
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the whole page; `?tv=1` for a screen on the wall."""
    may = request.user.has_perm
    context = {"is_tv": request.GET.get("tv") == "1", "charts": [read() for right, read in CHARTS if may(right)]}
    context |= _activity(request)
    for right, panel in PANELS:
        if may(right):
            context |= panel(request)
    return render(request, "dashboard/index.html", context | _numbers(request))


@require_safe
@never_cache
@signed_in
def stats(request: HttpRequest) -> HttpResponse:
    """Show the numbers alone, from the partial that the page itself uses."""
    return render(request, "dashboard/_stats.html", _numbers(request))


@require_safe
@never_cache
@signed_in
def trends(request: HttpRequest) -> JsonResponse:
    """Give openings and lines of the tiles, which change without a number changing."""
    shown: Board = _numbers(request)["board"]
    tiles = {
        tile.key: {"opening": tile.opening, "path": tile.spark.path, "words": tile.spark.words}
        for band in shown.bands
        for tile in band.tiles
    }
    return JsonResponse({"day": _day(shown), "since": _since(shown), "tiles": tiles})


def _numbers(request: HttpRequest) -> dict[str, Any]:
    shown = board.build(request.user, board.read())
    return {"board": shown, "day": _day(shown), "since": _since(shown)}


def _day(shown: Board) -> str:
    return formats.date_format(shown.opening.day, "l j F Y")


def _since(shown: Board) -> str:
    late = shown.opening.late_since
    if shown.opening.taken_at is None:
        return ""
    return _("since %(time)s") % {"time": f"{late:%H:%M}"} if late else _("since opening")


def _queue(request: HttpRequest) -> dict[str, Any]:
    return {"queue": today.queue(request.user), "schedule": today.schedule()}


def _stock(request: HttpRequest) -> dict[str, Any]:
    return {"stock": today.stock(request.user)}


def _bookings_chart(_request: HttpRequest) -> dict[str, Any]:
    return {"chart": chart.bookings()}


def _money_chart(_request: HttpRequest) -> dict[str, Any]:
    return {"chart": chart.money()}


BOOKINGS, STOCK, MONEY = "bookings.view_booking", "inventory.view_item", "billing.view_bill"
PANELS = ((BOOKINGS, _queue), (STOCK, _stock))
CHARTS = ((BOOKINGS, chart.bookings), (MONEY, chart.money))


def _panel(permission: str, template: str, read: Callable[[HttpRequest], dict[str, Any]]) -> Any:
    """Make the view of one panel, which the page refreshes when its topic changes."""

    def panel(request: HttpRequest) -> HttpResponse:
        return render(request, template, read(request))

    return require_safe(never_cache(allowed(permission)(panel)))


bookings = _panel(BOOKINGS, "dashboard/_today.html", _queue)
store = _panel(STOCK, "dashboard/_stock.html", _stock)
bookings_chart = _panel(BOOKINGS, "dashboard/_days.html", _bookings_chart)
money_chart = _panel(MONEY, "dashboard/_days.html", _money_chart)
