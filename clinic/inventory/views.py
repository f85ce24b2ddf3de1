"""Items over HTTP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinic.inventory.delete_item import delete_item, reason_to_keep
from clinic.inventory.expiry import must_be_ordered
from clinic.inventory.filters import ItemFilter, ReorderFilter
from clinic.inventory.forms import ItemForm
from clinic.inventory.models import Item
from clinic.inventory.picks import IN_STOCK, ITEMS
from clinic.inventory.tables import ItemTable, ReorderTable
from clinic.screens.conflicts import row_of
from clinic.screens.guards import allowed
from clinic.screens.htmx import template_for
from clinic.screens.listing import listing
from clinic.screens.pick import offers
from clinic.screens.submit import keep_input_when_gone, perform, sent, show, submit

SHOWN = 20


@require_safe
@never_cache
@allowed("inventory.view_item")
def items(request: HttpRequest) -> HttpResponseBase:
    """List items."""
    return listing(request, Item.objects.all(), ItemFilter, ItemTable, "inventory/list.html")


@require_safe
@never_cache
@allowed("inventory.view_item")
def reorder(request: HttpRequest) -> HttpResponseBase:
    """List what must be ordered: what is low, out, or expired."""
    return listing(
        request, Item.objects.filter(must_be_ordered()), ReorderFilter, ReorderTable, "inventory/reorder.html"
    )


@require_safe
@never_cache
@allowed("inventory.view_item")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one item with its newest movements, to those who may see them."""
    item = row_of(Item.objects.all(), pk)
    may_see = request.user.has_perm("inventory.view_stockmovement")
    movements = item.movements.order_by("-made_at", "-id")[:SHOWN] if may_see else []
    template = template_for(request, "inventory/item.html", part="inventory/_item.html")
    return render(request, template, {"item": item, "movements": movements})


@require_safe
@never_cache
@allowed("inventory.view_item")
def find(request: HttpRequest) -> HttpResponse:
    """Offer the items that a search finds; with `in_stock` those of which something is left."""
    return offers(request, IN_STOCK if "in_stock" in request.GET else ITEMS)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.add_item")
def create(request: HttpRequest) -> HttpResponse:
    """Add an item."""
    form = ItemForm(sent(request))
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("The item is added."))
    return saved or show(request, "inventory/form.html", form, back=reverse("items"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.change_item")
@keep_input_when_gone(ItemForm, "inventory/form.html", save_as_new="item-new")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an item is; its quantity moves elsewhere."""
    item = row_of(Item.objects.all(), pk)
    form = ItemForm(sent(request), instance=item)
    saved = submit(request, form, lambda: str(form.save().get_absolute_url()), _("Saved."))
    return saved or show(request, "inventory/form.html", form, topic="inventory_item", back=item.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@allowed("inventory.delete_item")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete; say what speaks against it."""
    item = row_of(Item.objects.all(), pk)

    def change() -> str:
        delete_item(pk)
        return reverse("items")

    if request.method == "POST":
        return perform(request, change, _("%s is deleted.") % item, item.get_absolute_url())
    if reason := reason_to_keep(item):
        return render(request, "inventory/kept.html", {"item": item, "reason": reason})
    words = _("%(left)d are in stock. They and the whole ledger go with it; this cannot be undone.")
    context = {
        "question": _("Delete %s?") % item,
        "words": [words % {"left": item.quantity}],
        "yes": _("Delete the item"),
        "back": item.get_absolute_url(),
    }
    return render(request, "screens/confirm.html", context)
