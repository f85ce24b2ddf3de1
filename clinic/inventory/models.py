"""What the store holds, and every change of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now, Upper
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from clinic.database.constraints import finite_day, not_blank, not_negative, unique_reference, whole_cents
from clinic.database.foreign_keys import Reference
from clinic.database.stamps import Stamped
from clinic.inventory.reasons import StockReason, words_of
from clinic.money import MoneyField
from clinic.screens.search import Thing, search_column, search_index


class StockStatus(models.TextChoices):
    """Whether an item must be ordered; the three never overlap."""

    IN_STOCK = "in_stock", _("in stock")
    LOW_STOCK = "low_stock", _("low stock")
    OUT_OF_STOCK = "out_of_stock", _("out of stock")


def has_passed(expires_on: date | None) -> bool:
    """Tell whether what expires on this day has expired by today; on the day itself it is still good."""
    return expires_on is not None and expires_on < timezone.localdate()


def state_in_words(stock_status: str, quantity: int, expires_on: date | None) -> str:
    """Say whether there is something to give out: what is there and has expired is not in stock."""
    is_expired = quantity > 0 and has_passed(expires_on)
    return str(capfirst(now_("expired") if is_expired else StockStatus(stock_status).label))


class Item(Stamped):
    """Something the store keeps, counted in whole units.

    Its stamp tells of changes to everything but the quantity, whose every move is in the ledger.
    """

    listed_at = "items"

    sku = models.TextField(_("SKU"), null=True, blank=True)
    name = models.TextField(_("name"))
    category = models.TextField(_("category"), blank=True, db_default="")
    unit_price = MoneyField(_("unit price"), db_default=0)
    quantity = models.IntegerField(_("quantity"), db_default=0)
    reorder_level = models.IntegerField(_("reorder level"), db_default=0)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    external_ref = models.TextField(_("external reference"), null=True, blank=True)
    stock_status = models.GeneratedField(
        expression=Case(
            When(quantity=0, then=Value(StockStatus.OUT_OF_STOCK.value)),
            When(quantity__lte=F("reorder_level"), then=Value(StockStatus.LOW_STOCK.value)),
            default=Value(StockStatus.IN_STOCK.value),
        ),
        output_field=models.TextField(choices=StockStatus.choices),
        db_persist=True,
        verbose_name=_("stock status"),
    )
    search_text = search_column(Thing("name", "sku"))

    class Meta:
        db_table = "inventory_item"
        verbose_name = _("inventory item")
        verbose_name_plural = _("inventory items")
        constraints = [
            unique_reference("inventory_item"),
            models.UniqueConstraint(fields=["sku"], name="inventory_item_sku_is_unique"),
            not_blank("inventory_item", "name"),
            not_negative("inventory_item", "unit_price"),
            whole_cents("inventory_item", "unit_price"),
            not_negative("inventory_item", "quantity"),
            not_negative("inventory_item", "reorder_level"),
            finite_day("inventory_item", "expires_on"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="inventory_item_by_name"),
            models.Index(fields=["stock_status", "name"], name="inventory_item_by_status"),
            models.Index(fields=["expires_on"], name="inventory_item_by_expiry"),
            search_index("inventory_item"),
            models.Index(fields=["category", "name", "id"], name="inventory_item_by_category"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the item's page."""
        return reverse("item", args=[self.pk])

    @property
    def stock_words(self) -> str:
        """The stock as people read it."""
        return state_in_words(self.stock_status, self.quantity, self.expires_on)

    @property
    def stock_mark(self) -> str:
        """The stock as style sheets name it."""
        return "expired" if self.quantity and self.is_expired else self.stock_status

    @property
    def is_expired(self) -> bool:
        """Whether its day has passed."""
        return has_passed(self.expires_on)

    @property
    def expiry_words(self) -> str:
        """The day it expires on; empty if it keeps."""
        return formats.date_format(self.expires_on, "j M Y") if self.expires_on else ""

    @property
    def available(self) -> int:
        """How many can be given out: none of what has expired."""
        return 0 if self.is_expired else self.quantity

    @property
    def left_words(self) -> str:
        """What is left, as pickers say it."""
        if not self.is_expired:
            return now_("%d left") % self.quantity
        said = {"count": self.quantity, "day": self.expiry_words}
        return now_("none left, %(count)d expired on %(day)s") % said


class StockMovement(models.Model):
    """One change of an item's quantity; written by triggers, never by hand.

    The database deletes movements with their item (Django may not write here, so it does nothing).
    """

    item = Reference(
        Item,
        models.DO_NOTHING,
        related_name="movements",
        verbose_name=_("item"),
    )
    change = models.IntegerField(_("change"))
    reason = models.TextField(_("reason"), blank=True, db_default="")
    note = models.TextField(_("note"), blank=True, db_default="")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    source = models.TextField(_("source"), blank=True, db_default="")

    class Meta:
        db_table = "stock_movement"
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(change=0),
                name="stock_movement_changes_something",
                violation_error_message=_("The change cannot be zero."),
            )
        ]
        indexes = [
            models.Index(fields=["item", "-made_at", "-id"], name="stock_movement_of_item"),
            models.Index(fields=["-made_at", "-id"], name="stock_movement_by_time"),
            models.Index(fields=["reason", "-made_at", "-id"], name="stock_movement_by_reason"),
            models.Index(Upper("source"), F("made_at").desc(), F("id").desc(), name="stock_movement_by_source"),
            models.Index(
                fields=["note", "-made_at", "-id"],
                condition=models.Q(reason=StockReason.DELIVERY.value),
                name="stock_movement_by_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.reason}".strip()

    @property
    def reason_words(self) -> str:
        """The reason as people read it."""
        return words_of(self.reason)
