"""Filters that several lists have: a search, and one row of another table."""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import CharFilter, Filter  # type: ignore[import-untyped]

from clinic.screens.pick import PickField


class PickFilter(Filter):  # type: ignore[misc]
    """Choose among all while they are few, and by a search when they are many."""

    field_class = PickField

    @property
    def field(self) -> Any:
        """Return the field with its few rows read, once a page."""
        if not hasattr(self, "_field"):
            field = super().field
            field.offer(field.queryset)
        return self._field


def search_box(label: Any, placeholder: Any) -> CharFilter:
    """Make the search field of a list."""
    box = forms.TextInput(attrs={"type": "search", "placeholder": placeholder, "autocomplete": "off"})
    return CharFilter(label=label, widget=box, method="search")
