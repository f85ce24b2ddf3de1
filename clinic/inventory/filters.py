"""How the lists of items and of movements are searched and filtered; tiles link to them with these words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet  # type: ignore[import-untyped]

from clinic.inventory.expiry import expired
from clinic.inventory.models import Item, StockMovement, StockStatus
from clinic.inventory.reasons import reasons_to_choose
from clinic.screens import search
from clinic.screens.days import WITHIN_CALENDAR, within_day
from clinic.screens.filters import search_box
from clinic.screens.widgets import DayInput

MOST = 200
"""Choices that a list of all still shows."""
EXPIRES_SOON = timedelta(days=60)


def categories() -> list[tuple[str, str]]:
    """List the categories in use."""
    used = Item.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    return [(word, word) for word in used[: MOST + 1]]


def found(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Find items by name, SKU or reference; all of them for no text."""
    return items.filter(search.meant(text) | Q(external_ref=search.typed(text))) if text.strip() else items


def found_movements(movements: QuerySet[StockMovement], text: str) -> QuerySet[StockMovement]:
    """Find movements by their items, or by words of the note or of who made them."""
    words = search.typed(text)
    noted = Q(source__icontains=words) | Q(note__icontains=words)
    return movements.filter(noted | Q(item__in=found(Item.objects.all(), text)))


class FoundChoiceFilter(ChoiceFilter):  # type: ignore[misc]
    """A choice among what is stored, which is read once a page; where that is much, its word is typed instead."""

    @property
    def field(self) -> Any:
        """Return the field with its choices read."""
        if callable(self.extra["choices"]):
            self.extra["choices"] = self.extra["choices"]()
        if len(self.extra["choices"]) <= MOST:
            return super().field
        self.lookup_expr = "iexact"
        return forms.CharField(label=self.label, required=False)


class ItemFilter(FilterSet):  # type: ignore[misc]
    """Name or SKU, stock status, category, and what will not keep."""

    q = search_box(_("Search"), _("Name or SKU"))
    status = ChoiceFilter(
        label=_("Stock"), field_name="stock_status", choices=StockStatus.choices, empty_label=_("any")
    )
    category = FoundChoiceFilter(label=_("Category"), choices=categories, empty_label=_("all"))
    expiry = ChoiceFilter(
        label=_("Expiry"),
        choices=[("soon", _("within 60 days")), ("expired", _("expired"))],
        empty_label=_("any"),
        method="expiring",
    )

    class Meta:
        model = Item
        fields: list[str] = []

    def search(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        """Find items by name and SKU."""
        return search.ranked(found(rows, value), value)

    def expiring(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        """Show what is left of items that expire soon, or have expired."""
        today = timezone.localdate()
        left = rows.filter(quantity__gt=0)
        if value == "expired":
            return left.filter(expired())
        return left.filter(expires_on__gte=today, expires_on__lte=today + EXPIRES_SOON)


class ReorderFilter(FilterSet):  # type: ignore[misc]
    """Category of what must be ordered."""

    q = search_box(_("Search"), _("Name or SKU"))
    category = FoundChoiceFilter(label=_("Category"), choices=categories, empty_label=_("all"))

    class Meta:
        model = Item
        fields: list[str] = []

    def search(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        """Find items by name and SKU."""
        return found(rows, value)


class MovementFilter(FilterSet):  # type: ignore[misc]
    """Why, who or what, and on which day stock moved."""

    reason = FoundChoiceFilter(label=_("Reason"), choices=reasons_to_choose, empty_label=_("any"))
    who = CharFilter(label=_("Who"), method="by")
    day = DateFilter(label=_("Day"), widget=DayInput, method="of_day", validators=WITHIN_CALENDAR)

    class Meta:
        model = StockMovement
        fields: list[str] = []

    def by(self, rows: QuerySet[StockMovement], name: str, value: str) -> QuerySet[StockMovement]:
        """Show what a person, or a program with whichever login, has moved."""
        return rows.filter(Q(source__iexact=value) | Q(source__istartswith=f"{value} ("))

    def of_day(self, rows: QuerySet[StockMovement], name: str, value: date) -> QuerySet[StockMovement]:
        """Show one day of the clinic's calendar."""
        return rows.filter(within_day("made_at", value))


class AllMovementsFilter(MovementFilter):
    """The same, and of which item."""

    q = search_box(_("Item"), _("Name or SKU"))

    def search(self, rows: QuerySet[StockMovement], name: str, value: str) -> QuerySet[StockMovement]:
        """Find the movements of the items that the search means."""
        return rows.filter(item__in=found(Item.objects.all(), value)) if value.strip() else rows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.order_fields(["q"])
