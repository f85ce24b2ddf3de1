"""A list's filter for one row of another table."""

from __future__ import annotations

from typing import Any

from django_filters import Filter  # type: ignore[import-untyped]

from clinic.desk.pick import PickField


class PickFilter(Filter):  # type: ignore[misc]
    """Choose among all while they are few, and by a search when they are many."""

    field_class = PickField

    @property
    def field(self) -> Any:
        """Give the field with its few rows read, once a page."""
        if not hasattr(self, "_field"):
            field = super().field
            field.offer(field.queryset)
        return self._field
