"""A list as CSV: the same rows in the same order, all of them, written while they are read.

The columns are the table's own, without those that say `exclude_from_export`. A column writes the value that the
database holds; one that shows something else says in the table's `plain` what it reads and what it makes of it.
No template and no model instance is made for a row. Days are ISO 8601 and numbers plain, so that the next program
reads them. Rows come from a cursor on the server, so a million of them need no more memory than a thousand.
"""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import datetime
from functools import lru_cache
from io import StringIO
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import EmptyResultSet
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, transaction
from django.db.models import Choices
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.encoding import force_str
from django_tables2 import Table  # type: ignore[import-untyped]

from clinic.database.limits import limit_export

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_ONCE = 1_000
LETTERS_AT_ONCE = 64 * 1024
STARTER = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
FORMULA = re.compile(
    rf"""(?:^|(?<=[;,|\t\r\n]))   # at the beginning, or where a program splits that takes another separator,
         (?=[\s"]*                # behind spaces, which some strip, and quotes, which end early for such a program
         {STARTER.pattern})""",
    re.VERBOSE,
)
DOWNLOADS_AT_ONCE = 2
"""Of one process: each keeps a connection and a share of Python's lock to its end; further ones wait without."""
_downloading = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?\Z")


class Plain:
    """What a column of a file reads of a row, and makes of the values."""

    def __init__(self, make: Callable[..., Any], *reads: str) -> None:
        self.make, self.reads = make, reads


def stored(name: str) -> Plain:
    """Write a value as the database holds it; a moment as the clinic's clock shows it."""
    return Plain(_spelled, name)


def csv_of(request: HttpRequest, table: Table) -> StreamingHttpResponse:
    """Answer with the whole list, in the order and through the filters of its address."""
    _ask_for_nothing(table)
    parts = written(table)
    name = "-".join([*request.path.strip("/").split("/"), f"{timezone.localdate():%Y-%m-%d}"])
    return StreamingHttpResponse(
        _read_in_thread(parts) if isinstance(request, ASGIRequest) else parts,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def written(table: Table) -> Generator[str, None, None]:
    """Write the table as text, some tens of kilobytes at a time; every field is quoted."""
    columns = [column for column in table.columns if not column.column.exclude_from_export]
    buffer = StringIO(BYTE_ORDER_MARK)
    buffer.seek(0, 2)
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([safe(force_str(column.header)) for column in columns])
    with transaction.atomic(), closing(_values(table, columns)) as rows:
        for row in rows:
            writer.writerow([safe(value) for value in row])
            if buffer.tell() > LETTERS_AT_ONCE:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
    yield buffer.getvalue()


def safe(value: Any) -> Any:
    """Keep a spreadsheet from taking a text, or what follows a separator in it, for a formula; numbers stay numbers."""
    if isinstance(value, str) and STARTER.search(value) and not NEGATIVE_NUMBER.match(value):
        return FORMULA.sub("'", value)
    return value


def in_words(choices: type[Choices], write: Callable[[str], str] = str) -> Callable[[str], str]:
    """Make of a stored word what the list shows for it."""
    labels = dict(choices.choices)
    return lru_cache(lambda word: write(str(labels.get(word, word))))


def _values(table: Table, columns: list[Any]) -> Generator[list[Any], None, None]:
    """Read the rows, each as the values of its columns."""
    plain = [getattr(table, "plain", {}).get(column.name) or stored(str(column.accessor)) for column in columns]
    names = list(dict.fromkeys(name for each in plain for name in each.reads))
    makers = [(each.make, [names.index(name) for name in each.reads]) for each in plain]
    with connection.cursor() as cursor:
        limit_export(cursor)
    with closing(table.data.data.values_list(*names).iterator(chunk_size=ROWS_AT_ONCE)) as rows:
        for row in rows:
            yield [make(*[row[n] for n in at]) for make, at in makers]


def _ask_for_nothing(table: Table) -> None:
    """Find out whether the rows can be read now, while an answer in words is still possible."""
    with suppress(EmptyResultSet), connection.cursor() as cursor:
        sql, parameters = table.data.data.order_by().query.sql_with_params()
        cursor.execute(f"select from ({sql}) as rows limit 0", parameters)


def _spelled(value: Any) -> Any:
    return timezone.localtime(value).isoformat(" ", "seconds") if isinstance(value, datetime) else value


async def _read_in_thread(parts: Generator[str, None, None]) -> AsyncIterator[str]:
    """Read in the request's own thread, whose database connection it is; stop when the reader is gone."""
    async with _downloading:
        try:
            while (part := await sync_to_async(_next)(parts)) is not None:
                yield part
        finally:
            await sync_to_async(parts.close)()


def _next(parts: Iterator[str]) -> str | None:
    return next(parts, None)
