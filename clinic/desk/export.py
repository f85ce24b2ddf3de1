"""A list as CSV: the same rows in the same order, all of them, written while they are read.

The columns are the table's own, without those that say `exclude_from_export`. Days are ISO 8601 and numbers
plain, so that the next program reads them; everything else is the list's words without its HTML.
Rows come from a cursor on the server, so a million of them need no more memory than a thousand.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing
from datetime import datetime
from io import StringIO
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django_tables2 import DateColumn, DateTimeColumn, Table  # type: ignore[import-untyped]
from django_tables2.rows import BoundRow  # type: ignore[import-untyped]
from django_tables2.utils import Accessor  # type: ignore[import-untyped]

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_ONCE = 1_000
LETTERS_AT_ONCE = 64 * 1024
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?\Z")


def csv_of(request: HttpRequest, table: Table) -> StreamingHttpResponse:
    """Answer with the whole list, in the order and through the filters of its address."""
    parts = written(table)
    name = "-".join([*request.path.strip("/").split("/"), f"{timezone.localdate():%Y-%m-%d}"])
    return StreamingHttpResponse(
        _read_in_thread(parts) if isinstance(request, ASGIRequest) else parts,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def written(table: Table) -> Generator[str, None, None]:
    """Write the table as text, some tens of kilobytes at a time."""
    columns = [column for column in table.columns if not column.column.exclude_from_export]
    buffer = StringIO(BYTE_ORDER_MARK)
    buffer.seek(0, 2)
    writer = csv.writer(buffer)
    writer.writerow([safe(force_str(column.header)) for column in columns])
    with closing(table.data.data.iterator(chunk_size=ROWS_AT_ONCE)) as rows:
        for row in rows:
            bound = BoundRow(row, table)
            writer.writerow([safe(_value(bound, column)) for column in columns])
            if buffer.tell() > LETTERS_AT_ONCE:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
    yield buffer.getvalue()


def safe(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula; numbers stay numbers."""
    if isinstance(value, str) and FORMULA.match(value) and not NEGATIVE_NUMBER.match(value):
        return f"'{value}"
    return value


def _value(row: BoundRow, column: Any) -> Any:
    if isinstance(column.column, (DateColumn, DateTimeColumn)):
        return _day(Accessor(column.accessor).resolve(row.record, quiet=True))
    value = force_str(row.get_cell_value(column.name), strings_only=True)
    return html.unescape(strip_tags(str(value))).strip() if isinstance(value, SafeData) else value


def _day(value: Any) -> Any:
    return timezone.localtime(value).isoformat(" ", "seconds") if isinstance(value, datetime) else value


async def _read_in_thread(parts: Generator[str, None, None]) -> AsyncIterator[str]:
    """Read in the request's own thread, whose database connection it is; stop when the reader is gone."""
    try:
        while (part := await sync_to_async(_next)(parts)) is not None:
            yield part
    finally:
        await sync_to_async(parts.close)()


def _next(parts: Iterator[str]) -> str | None:
    return next(parts, None)
