"""A list: searched, filtered, sorted and paged by its address, and refreshed in place when its table changes.

    return listing(request, Patient.objects.all(), PatientFilter, PatientTable, "patients/list.html")

The page's template extends `screens/list.html`; the table has `topics`, the tables that it shows, and `noun`, its rows.
Three queries at most: the count, the rows, and the choices of one filter or the sums of some columns, if any.
No query counts or skips more rows than `COUNTED_UP_TO`; sums are of all of them. With `export=csv` in its address
a list is a file of all its rows.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qsl

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_filters import FilterSet  # type: ignore[import-untyped]
from django_tables2 import RequestConfig, Table  # type: ignore[import-untyped]

from clinic.screens.export import csv_of
from clinic.screens.htmx import restores_history, wants_part
from clinic.screens.sharing import for_many
from clinic.stats import snapshot
from clinic.stats.catalogue import METRICS

PER_PAGE = 50
COUNTED_UP_TO = 10_000
NOT_FILTERS = {"page", "sort", "export"}


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a table that never counts or skips more than `COUNTED_UP_TO` rows."""

    @property
    def count(self) -> int:
        """Count once, and no further than can be paged through."""
        if not hasattr(self, "_count"):
            rows: QuerySet[Any] = cast(Any, self.object_list).data.data
            self._count = rows.order_by()[: COUNTED_UP_TO + 1].count()
            self.is_cut = self._count > COUNTED_UP_TO
        return min(self._count, COUNTED_UP_TO)


def listing(
    request: HttpRequest,
    rows: QuerySet[Any],
    filters: type[FilterSet],
    columns: type[Table],
    template: str,
    **context: Any,
) -> HttpResponseBase:
    """Show a list as a page, its table alone to htmx, or all of it as a file.

    A table that says `sums`, an aggregate for some of its columns, shows them above its rows. `bulk` in the context,
    an address and words, leads to what can be done with all that was found.
    """
    found = filters(request.GET, queryset=rows, request=request)
    table = columns(found.qs)
    RequestConfig(request, paginate=False).configure(table)
    if request.GET.get("export") == "csv":
        return csv_of(request, table)
    _turn_to_page(table, request.GET.get("page", "1"))
    paginator = table.paginator
    added = _added_up(table, found.qs)
    total = paginator.count
    if paginator.count and paginator.is_cut:
        total = added.get("rows") or _number_of_tile(request)
    context |= {"filters": found, "table": table, "total": total, "is_cut": paginator.is_cut}
    context["sums"] = [(name, table.columns[name].header, added[f"{name}_sum"] or 0) for name in _summed(table)]
    is_fragment = wants_part(request) and not restores_history(request)
    response = render(request, "screens/_table.html" if is_fragment else template, context)
    patch_vary_headers(response, ["HX-Request"])
    return for_many(request, response) if is_fragment else response


def _turn_to_page(table: Table, number: str) -> None:
    try:
        table.paginate(paginator_class=BoundedPaginator, page=number, per_page=PER_PAGE)
    except PageNotAnInteger:
        table.paginate(paginator_class=BoundedPaginator, page=1, per_page=PER_PAGE)
    except EmptyPage:
        table.paginate(paginator_class=BoundedPaginator, page=table.paginator.num_pages, per_page=PER_PAGE)


def _summed(table: Table) -> dict[str, Any]:
    return getattr(table, "sums", {})


def _added_up(table: Table, rows: QuerySet[Any]) -> dict[str, Any]:
    """Add up all rows that were found, not only those that can be paged through, and count them on the way."""
    wanted = {f"{name}_sum": total for name, total in _summed(table).items()}
    return rows.order_by().aggregate(rows=Count("pk"), **wanted) if wanted else {}


def _number_of_tile(request: HttpRequest) -> int | None:
    """Take a large list's exact count from the counters, if the list is one that a tile links to."""
    here = (request.path, _filters(request.GET))
    for metric in METRICS:
        path, _mark, query = metric.list_url.partition("?")
        if metric.unit == "count" and here == (path, dict(parse_qsl(query))):
            number = snapshot.read().values.get(metric.key)
            return None if number is None else int(number)
    return None


def _filters(query: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value and name not in NOT_FILTERS}
