"""Write the made-up clinic into the database with COPY, in one transaction."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from psycopg import Cursor, sql
from tqdm import tqdm

from clinic.demo.sample.clinic import made_up

ROWS_A_STEP = 250
FILLED_FIRST = ("patient", "booking", "practitioner", "service", "inventory_item")
"""The tables that a clinic works with; rows in any of them are somebody's."""


def is_wanted() -> bool:
    """Say whether the database is still empty of what a clinic works with."""
    with connection.cursor() as cursor:
        cursor.execute(f"select not ({' or '.join(f'exists (select from {table})' for table in FILLED_FIRST)})")  # noqa: S608
        return bool(cursor.fetchone()[0])


def fill() -> str:
    """Write a clinic as of now; return one line that says what it has."""
    clinic = made_up(timezone.localtime().replace(tzinfo=None))
    bar = tqdm(total=clinic.count(), desc="Sample data", unit=" rows")
    with bar, transaction.atomic(), connection.cursor() as wrapped:
        wrapped.execute("set local clinic.actor = 'sample data'")
        for table, rows in clinic.tables.items():
            _copy(wrapped.cursor, table, rows, bar)
            if "id" in rows[0]._fields:
                _move_sequence(wrapped.cursor, table)
    counts = {table: f"{len(rows):,}" for table, rows in clinic.tables.items()}
    return (
        f"The sample clinic has {counts['patient']} patients, {counts['booking']} bookings, "
        f"{counts['bill']} bills and {counts['inventory_item']} items in store."
    )


def _copy(cursor: Cursor, table: str, rows: list[NamedTuple], bar: tqdm) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]._fields))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
    with cursor.copy(statement) as copy:
        for number, row in enumerate(rows, 1):
            copy.write_row(row)
            if number % ROWS_A_STEP == 0:
                bar.update(ROWS_A_STEP)
    bar.update(len(rows) % ROWS_A_STEP)


def _move_sequence(cursor: Cursor, table: str) -> None:
    """Let the next row of anybody else continue after the rows written with numbers of our own."""
    cursor.execute(
        sql.SQL("select setval(pg_get_serial_sequence({}, 'id'), (select max(id) from {}))").format(
            sql.Literal(table), sql.Identifier(table)
        )
    )
