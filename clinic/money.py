"""Amounts as people read and write them, in the clinic's language and currency.

Nothing is ever rounded: sums of cents are cents, and a form refuses a third decimal instead of rounding it.
"""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django.conf import settings

CENT = Decimal("0.01")


def locale() -> Locale:
    """Give the clinic's language as Babel knows it."""
    return Locale.parse(settings.LANGUAGE_CODE, sep="-")


def written(amount: Decimal) -> str:
    """Write an amount with its currency."""
    return str(format_currency(amount, settings.CLINIC_CURRENCY, locale=locale()))


def typed(amount: Decimal) -> str:
    """Write an amount as a form takes it: two decimals, no currency and no thousands."""
    return str(format_decimal(amount, format="0.00", locale=locale()))
