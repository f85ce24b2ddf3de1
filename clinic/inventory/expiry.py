"""What has expired is not available, and stands on the list to order however much of it is left."""

from __future__ import annotations

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone

from clinic.inventory.models import StockStatus


def expired() -> Q:
    """Find what expired before today; on its day it is still good."""
    return Q(expires_on__lt=timezone.localdate())


def must_be_ordered() -> Q:
    """Find what is low, out, or there and expired. `stock_status` counts what is there, whatever its day."""
    return Q(stock_status__in=[StockStatus.LOW_STOCK, StockStatus.OUT_OF_STOCK]) | expired()


def available() -> Case:
    """Count in SQL what `Item.available` counts."""
    return Case(When(expired(), then=Value(0)), default=F("quantity"), output_field=IntegerField())
