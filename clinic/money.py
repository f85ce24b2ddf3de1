"""Amounts as people read and write them, in the clinic's language and currency.

Nothing is ever rounded: sums of cents are cents, and a third decimal is refused, by forms and by the database.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal, parse_decimal
from django.conf import settings
from django.db import models

CENT = Decimal("0.01")
LARGEST_EXPONENT = 20
"""Beyond it a number is no amount, and could have more digits than are computed with."""
POINTED = re.compile(r"-?\d+\.\d{1,2}", re.ASCII)


def locale() -> Locale:
    """Return the clinic's language as Babel knows it."""
    return _locale(settings.LANGUAGE_CODE)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def written(amount: Decimal) -> str:
    """Write an amount with its currency."""
    return str(format_currency(amount, settings.CLINIC_CURRENCY, locale=locale()))


def as_input(amount: Decimal) -> str:
    """Write an amount as a form takes it: two decimals, no currency and no thousands."""
    return str(format_decimal(amount, format="0.00", locale=locale()))


def read(text: str) -> Decimal:
    """Read an amount as people type it; a point before one or two last digits is understood in every language.

    Raises `ValueError` when it is no amount, or could mean two.
    """
    text = text.strip()
    if "_" in text:
        raise ValueError(text)  # digits are grouped so in programs alone, which Python reads
    return Decimal(text) if POINTED.fullmatch(text) else Decimal(parse_decimal(text, locale=locale(), strict=True))


def in_cents(amount: Decimal) -> Decimal:
    """Return an amount with two decimals; one that has more, or is no amount, stays as it is for others to refuse."""
    if not amount.is_finite() or amount.adjusted() > LARGEST_EXPONENT:
        return amount
    cents = amount.quantize(CENT)
    return cents if cents == amount else amount


class MoneyField(models.DecimalField):  # type: ignore[type-arg]  # it takes no parameters at run time
    """An amount of ten digits and two decimals; beside it goes the constraint `whole_cents`.

    The column is `numeric` without a scale: `numeric(12,2)` would round before a constraint could refuse.
    """

    def __init__(self, verbose_name: Any = None, name: str | None = None, **options: Any) -> None:
        super().__init__(verbose_name, name, **{**options, "max_digits": 12, "decimal_places": 2})

    def db_type(self, connection: Any) -> str:
        """Leave the scale to the constraint."""
        return "numeric"

    def from_db_value(self, value: Decimal | None, *_context: Any) -> Decimal | None:
        """Read 80 as 80.00."""
        return None if value is None else in_cents(value)

    def to_python(self, value: Any) -> Any:
        """Take what a decimal is made of."""
        return self.from_db_value(super().to_python(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Write 80 as 80.00."""
        value = super().get_db_prep_value(value, connection, prepared)
        return in_cents(value) if isinstance(value, Decimal) else value
