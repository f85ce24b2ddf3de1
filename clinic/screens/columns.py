"""Columns of lists that stand otherwise than words do."""

from __future__ import annotations

from decimal import Decimal

from django_tables2 import Column  # type: ignore[import-untyped]

from clinic.money import written


class NumberColumn(Column):  # type: ignore[misc]
    """A number, which stands right, so that the digits of one weight are under each other."""

    is_number = True


class MoneyColumn(NumberColumn):
    """An amount with its currency."""

    def render(self, value: Decimal) -> str:
        """Write the amount."""
        return written(value)
