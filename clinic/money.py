"""Amounts as people read and write them, in the clinic's language and currency.

Nothing is ever rounded: sums of cents are cents, and a form refuses a third decimal instead of rounding it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, parse_decimal
from django.conf import settings

CENT = Decimal("0.01")
POINTED = re.compile(r"-?\d+\.\d{1,2}", re.ASCII)


def locale() -> Locale:
    """Give the clinic's language as Babel knows it."""
    return Locale.parse(settings.LANGUAGE_CODE, sep="-")


def written(amount: Decimal) -> str:
    """Write an amount with its currency."""
    return str(format_currency(amount, settings.CLINIC_CURRENCY, locale=locale()))


def typed(amount: Decimal) -> str:
    """Write an amount as a form takes it: two decimals, no currency and no thousands."""
    return str(format_decimal(amount, format="0.00", locale=locale()))


def read(text: str) -> Decimal:
    """Read an amount as people type it; a point before one or two last digits is understood in every language.

    Raises `ValueError` when it is no amount, or could mean two.
    """
    text = text.strip()
    return Decimal(text) if POINTED.fullmatch(text) else Decimal(parse_decimal(text, locale=locale(), strict=True))
