"""Constraints that many tables share, named so that an error reads as the rule it states."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import CheckConstraint, Q, TextField, UniqueConstraint
from django.db.models.functions import Length, Round, Trim

TextField.register_lookup(Length)
TextField.register_lookup(Trim)

DAY_MESSAGE = "Give a calendar day."


def unique_reference(table: str) -> UniqueConstraint:
    """Make `external_ref` unique where present, so that an import can use ON CONFLICT."""
    return UniqueConstraint(fields=["external_ref"], name=f"{table}_external_ref_is_unique")


def not_blank(table: str, column: str) -> CheckConstraint:
    """Refuse a text of nothing but spaces."""
    return CheckConstraint(
        condition=Q(**{f"{column}__trim__length__gt": 0}),
        name=f"{table}_{column}_is_not_blank",
        violation_error_message=f"Give a {column.replace('_', ' ')}.",
    )


def one_of(table: str, column: str, words: Iterable[str]) -> CheckConstraint:
    """Allow only the given words."""
    allowed = list(words)
    listed = ", ".join(word or "(empty)" for word in allowed)
    return CheckConstraint(
        condition=Q(**{f"{column}__in": allowed}),
        name=f"{table}_{column}_is_a_known_word",
        violation_error_message=f"Choose one of: {listed}.",
    )


LARGEST_AMOUNT = Decimal("9999999999.99")
"""The largest number of ten digits and two decimals."""


def not_negative(table: str, column: str) -> CheckConstraint:
    """Refuse a number below zero, and NaN, which PostgreSQL sorts above every number."""
    return CheckConstraint(
        condition=Q(**{f"{column}__range": (Decimal(0), LARGEST_AMOUNT)}),
        name=f"{table}_{column}_is_not_negative",
        violation_error_message=f"The {column.replace('_', ' ')} cannot be negative.",
    )


def whole_cents(table: str, column: str) -> CheckConstraint:
    """Refuse a third decimal instead of rounding it, and NaN, infinities and more than ten digits."""
    return CheckConstraint(
        condition=Q(**{column: Round(column, 2), f"{column}__range": (-LARGEST_AMOUNT, LARGEST_AMOUNT)}),
        name=f"{table}_{column}_fits_ten_digits_and_two_decimals",
        violation_error_message=f"The {column.replace('_', ' ')} can have ten digits and two decimals at most.",
    )


def plausible(table: str, column: str, low: int, high: int) -> CheckConstraint:
    """Refuse a measurement that nobody alive can have (inclusive bounds)."""
    return CheckConstraint(
        condition=Q(**{f"{column}__range": (low, high)}) | Q(**{f"{column}__isnull": True}),
        name=f"{table}_{column}_is_plausible",
        violation_error_message=f"The {column.replace('_', ' ')} must lie between {low} and {high}.",
    )


def finite_day(table: str, column: str) -> CheckConstraint:
    """Refuse 'infinity', which PostgreSQL takes for a date and no calendar knows."""
    return CheckConstraint(
        condition=Q(**{f"{column}__range": ("1800-01-01", "9999-12-31")}) | Q(**{f"{column}__isnull": True}),
        name=f"{table}_{column}_is_a_calendar_day",
        violation_error_message=DAY_MESSAGE,
    )
