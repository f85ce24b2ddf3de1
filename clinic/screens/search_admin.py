"""Django's admin, searched as the lists are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class SearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin that finds what its model's list would find; `search_fields` only says that there is a search."""

    search_fields = ("pk",)
    found: Callable[[QuerySet[Any], str], QuerySet[Any]]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the rows that the search means; none comes twice."""
        return (self.found(queryset, search_term) if search_term.strip() else queryset), False
