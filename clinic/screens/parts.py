"""Turn the pages of a part of a page, such as a bill's payments; a whole list is `clinic.screens.listing`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


class Part(Page):  # type: ignore[type-arg]
    """The rows to show, and the word of the address that turns to others; `screens/_turn.html` shows the links."""

    word = "page"


def part(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    word: str = "page",
    per_page: int = PER_PAGE,
    first: int = 1,
) -> Part:
    """Return the rows of the page that the address names, the `first` (-1: last) when it names none; one query more."""
    paginator = Paginator(rows, per_page)
    page = paginator.get_page(request.GET.get(word) or first)
    shown = Part(page.object_list, page.number, paginator)
    shown.word = word
    return shown
