"""Numbers of rows as addresses and forms spell them."""

from __future__ import annotations

LONGEST = 18
"""Digits of the longest number that surely fits into a row's id."""


def row_number(text: str) -> int:
    """Read the number of a row; for anything else 0, which no row has."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST
    return int(text) if is_number else 0
