"""Reads that are asked together: whatever a page shows comes in one statement, hence from one snapshot.

A `Read` says what to ask and what to make of the answer; nothing is asked before `fetch` or `together`.
Rows travel as JSON. Their makers get numbers as `int` or exact `Decimal`, days and moments as ISO 8601 text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Count, Model, QuerySet, Value

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Row = dict[str, Any]

ROWS = "(select coalesce(json_agg(r), '[]')::text from ({}) r)"
"""All rows of a select, as one value."""


@dataclass(frozen=True)
class Read(Generic[T]):
    """Selects with their parameters, and what is made of their rows; `make` takes an answer for each select."""

    selects: tuple[tuple[str, tuple[Any, ...]], ...]
    make: Callable[[Iterator[list[Row]]], T]


def select(make: Callable[[list[Row]], T], sql: str, *parameters: Any) -> Read[T]:
    """Read what one select gives."""
    return Read(((sql, parameters),), lambda answers: make(next(answers)))


def combine(make: Callable[..., T], *reads: Read[Any]) -> Read[T]:
    """Make one read of several, or of none, whose values `make` takes in this order."""
    selects = tuple(each for read in reads for each in read.selects)
    return Read(selects, lambda answers: make(*[read.make(answers) for read in reads]))


def instances(rows: QuerySet[M], *fields: str) -> Read[list[M]]:
    """Read some fields of a model's rows beside their keys; `author__name` is one of the related `author`."""
    keys = {"id", *(f"{path.split('__')[0]}_id" for path in fields if "__" in path)}
    sql, parameters = rows.values(*sorted(keys), *fields).query.sql_with_params()
    return select(lambda found: [_instance(rows.model, row) for row in found], sql, *parameters)


def count(rows: QuerySet[Any]) -> Read[int]:
    """Count a model's rows."""
    sql, parameters = rows.order_by().values(one=Value(1)).annotate(n=Count("*")).values("n").query.sql_with_params()
    return select(lambda found: found[0]["n"] if found else 0, sql, *parameters)


def together(reads: Mapping[str, Read[Any]]) -> dict[str, Any]:
    """Fetch several reads by their names in one statement."""
    return fetch(combine(lambda *values: dict(zip(reads, values, strict=True)), *reads.values()))


def fetch(read: Read[T]) -> T:
    """Ask all of a read in one statement; what asks for nothing costs no query.

    Raises `django.db.Error` when the database cannot be reached.
    """
    if not read.selects:
        return read.make(iter(()))
    columns = ", ".join(ROWS.format(sql) for sql, _parameters in read.selects)
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns}", [each for _sql, parameters in read.selects for each in parameters])
        answers = cursor.fetchone() or ()
    return read.make(json.loads(answer, parse_float=Decimal) for answer in answers)


def _instance(model: type[M], row: Row) -> M:
    """Make an instance, and those it relates to, of values by field; what was not read is deferred."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    made = model.from_db(connection.alias, [f.attname for f in fields], [f.to_python(row[f.attname]) for f in fields])
    for field in fields:
        prefix, key = f"{field.name}__", row[field.attname]
        related = {path.removeprefix(prefix): value for path, value in row.items() if path.startswith(prefix)}
        if related and key is not None:
            setattr(made, field.name, _instance(field.related_model, {"id": key, **related}))  # type: ignore[arg-type]
    return made
