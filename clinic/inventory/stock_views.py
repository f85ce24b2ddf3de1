"""What moves stock, and what moved, over HTTP."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.inventory.adjust import change_quantity, set_quantity
from clinic.inventory.delivery_form import DeliveryForm, LineFormSet, Lines, with_more_lines
from clinic.inventory.filters import AllMovementsFilter, MovementFilter
from clinic.inventory.forms import COUNTED, AdjustForm
from clinic.inventory.models import Item, StockMovement
from clinic.inventory.receive_delivery import entered_before, receive_delivery, still_expired
from clinic.inventory.tables import MovementTable
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import wants_part
from clinic.screens.listing import listing
from clinic.screens.submit import keep_input_when_gone, sent, show, submit


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
    item = row_of(Item.objects.all(), pk)
    rows = StockMovement.objects.select_related("item").filter(item=item)
    return listing(request, rows, MovementFilter, MovementTable, "inventory/movements.html", item=item)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.change_item")
@keep_input_when_gone(AdjustForm, "inventory/adjust.html")
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or change an item's quantity, with a reason."""
    item = row_of(Item.objects.all(), pk)
    if request.method == "GET" and wants_part(request):
        return render(request, "inventory/_on_hand.html", {"item": item})
    form = AdjustForm(sent(request), pk)

    def change() -> str:
        said = form.cleaned_data
        if said["reason"] == COUNTED:
            set_quantity(pk, said["number"], said["seen"], said["note"])
        else:
            change_quantity(pk, said["number"], said["reason"], said["note"])
        return item.get_absolute_url()

    saved = submit(request, form, change, form.done)
    return saved or show(request, "inventory/adjust.html", form, item=item, back=item.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.change_item")
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery in, or show its form with more lines."""
    if "more" in request.POST:
        return _show_delivery(request, *with_more_lines(request.POST))
    form = DeliveryForm(sent(request))
    lines = LineFormSet(sent(request), typed=[] if form.is_bound else [{"item": request.GET.get("item", "")}])

    def change() -> str:
        note = form.cleaned_data["delivery_note"]
        if warning := entered_before(note):
            messages.warning(request, warning)
        receive_delivery(note, lines.given())
        for warning in still_expired(lines.given()):
            messages.warning(request, warning)
        return reverse("items")

    is_complete = form.is_bound and lines.is_valid()
    saved = submit(request, form, change, _("The delivery is in stock.")) if is_complete else None
    return saved or _show_delivery(request, form, lines)


@require_safe
@never_cache
@allowed("inventory.change_item")
def delivery_note(request: HttpRequest) -> HttpResponse:
    """Warn, while the form is being filled in, of a delivery note that was entered before."""
    warning = entered_before(request.GET.get("delivery_note", "").strip())
    return render(request, "inventory/_entered_before.html", {"warning": warning})


def _show_delivery(request: HttpRequest, form: DeliveryForm, lines: Lines) -> HttpResponse:
    warning = entered_before(str(form["delivery_note"].value() or "").strip())
    back = reverse("items")
    return show(request, "inventory/receive.html", form, lines=lines, warning=warning, back=back)
