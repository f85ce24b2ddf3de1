"""What moves stock, and what moved, over HTTP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.desk.guards import allowed
from clinic.desk.listing import listing
from clinic.desk.submit import sent, show, submit
from clinic.inventory.adjust import change_quantity, set_quantity
from clinic.inventory.filters import AllMovementsFilter, MovementFilter
from clinic.inventory.forms import COUNTED, AdjustForm, DeliveryForm, LineFormSet
from clinic.inventory.models import Item, StockMovement
from clinic.inventory.receive_delivery import Line, receive_delivery
from clinic.inventory.tables import MovementTable


@require_safe
@never_cache
@allowed("inventory.view_stockmovement")
def movements(request: HttpRequest) -> HttpResponseBase:
    """List every movement of stock."""
    rows = StockMovement.objects.select_related("item")
    return listing(request, rows, AllMovementsFilter, MovementTable, "inventory/movements.html")


@require_safe
@never_cache
@allowed("inventory.view_stockmovement", "inventory.view_item")
def item_movements(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List one item's movements."""
    item = get_object_or_404(Item, pk=pk)
    rows = StockMovement.objects.select_related("item").filter(item=item)
    return listing(request, rows, MovementFilter, MovementTable, "inventory/movements.html", item=item)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.change_item")
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or change an item's quantity, with a reason."""
    item = get_object_or_404(Item, pk=pk)
    if request.method == "GET" and request.headers.get("HX-Request"):
        return render(request, "inventory/_on_hand.html", {"item": item})
    form = AdjustForm(sent(request), item)

    def change() -> str:
        said = form.cleaned_data
        if said["reason"] == COUNTED:
            set_quantity(pk, said["number"], said["seen"], said["note"])
        else:
            change_quantity(pk, said["number"], said["reason"], said["note"])
        return item.get_absolute_url()

    saved = submit(request, form, change, _("The quantity is adjusted."))
    return saved or show(request, "inventory/adjust.html", form, item=item, back=item.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.change_item")
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery in."""
    form = DeliveryForm(sent(request))
    first = [{"item": request.GET["item"]}] if request.GET.get("item", "").isdigit() else []
    lines = LineFormSet(sent(request), prefix="line", initial=first)

    def change() -> str:
        given = [line.cleaned_data for line in lines if line.has_changed() or line.cleaned_data]
        receive_delivery(
            form.cleaned_data["delivery_note"],
            [Line(line["item"].pk, line["quantity"], line["expires_on"]) for line in given],
        )
        return reverse("items")

    if not form.is_bound or lines.is_valid():
        saved = submit(request, form, change, _("The delivery is in stock.")) if form.is_bound else None
    else:
        saved = None
    return saved or show(request, "inventory/receive.html", form, lines=lines, back=reverse("items"))
