"""A caution: what speaks against a change that staff may make all the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """One thing that speaks against it; a form that showed it sends its `key` back."""

    key: str
    words: str
