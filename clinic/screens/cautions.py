"""A caution: what speaks against a change that staff may make all the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm
from django.http import QueryDict

SEEN = "seen"
"""Names the hidden inputs of `screens/_cautions.html`, which tell what cautions were shown."""


@dataclass(frozen=True)
class Caution:
    """One thing that speaks against it; a form that showed it sends its `key` back."""

    key: str
    words: str


def seen_by(form: BaseForm) -> list[str]:
    """Return the keys of the cautions that a sent form had shown."""
    return form.data.getlist(SEEN) if isinstance(form.data, QueryDict) else []
