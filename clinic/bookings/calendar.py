"""The calendar as a table: a column per practitioner (of one day) or per day (of one practitioner's week).

Times run down in rows of fifteen minutes. A cell spans the rows that its bookings take; bookings whose rows
meet share one cell, so nothing is ever hidden behind anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise

from clinic.bookings.models import Booking
from clinic.bookings.slots import Range

ROW = timedelta(minutes=15)
ROWS_A_DAY = 96
FREE_ROWS = 2
"""Free time is offered in half hours."""
EARLIEST, LATEST = 8 * 4, 18 * 4
"""The rows shown when nothing is earlier or later."""


CARDS_A_SHEET, FEWEST_A_COLUMN, CARDS_WAITING = 200, 12, 6
"""Bookings that are shown with name and service; where there are more, their number leads to the list of all."""


@dataclass(frozen=True)
class Column:
    """One column: whose and which day, when it is open, and what is booked."""

    heading: str | Promise
    day: date
    practitioner_id: int | None
    open: list[Range]
    bookings: list[Booking]


@dataclass
class Cell:
    """What one column shows from a row on, for `span` rows: bookings and how many `more`, free time, or nothing."""

    span: int
    bookings: list[Booking] = field(default_factory=list)
    free_from: time | None = None
    column: Column | None = None
    more: int = 0


@dataclass(frozen=True)
class Row:
    """A quarter of an hour: its label on the full hour, and the cells that begin there."""

    at: time
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """The whole table, and the bookings of each column that have no time."""

    columns: list[Column]
    rows: list[Row]
    waiting: list[Cell]

    @property
    def has_waiting(self) -> bool:
        """Tell whether anybody comes without a time."""
        return any(cell.bookings for cell in self.waiting)


def sheet(columns: list[Column]) -> Sheet:
    """Lay the columns out."""
    first, last = _bounds(columns)
    room = max(CARDS_A_SHEET // max(len(columns), 1), FEWEST_A_COLUMN)
    laid_out = [dict(_cells(column, first, last, room)) for column in columns]
    rows = [Row(_time(row), [cells[row] for cells in laid_out if row in cells]) for row in range(first, last)]
    return Sheet(columns, rows, [_waiting(column) for column in columns])


def _waiting(column: Column) -> Cell:
    bookings = [booking for booking in column.bookings if booking.start_time is None]
    return _cut(Cell(1, bookings, column=column), CARDS_WAITING)


def _lines(span: int, count: int) -> int:
    """Return how many bookings a cell can name: a line in each row, one of them for the number of the others."""
    return count if count <= span else span - 1


def _cut(cell: Cell, room: int) -> Cell:
    """Show no more bookings than there is room for, and how many others there are."""
    cell.more = max(len(cell.bookings) - room, 0)
    cell.bookings = cell.bookings[:room]
    return cell


def _bounds(columns: list[Column]) -> tuple[int, int]:
    """Show the usual day, and more where somebody works or is booked outside it; whole hours."""
    rows = [row for column in columns for b in _timed(column) for row in _rows_of(b)]
    rows += [row for column in columns for begins, ends in column.open for row in (_floor(begins), _ceil(ends))]
    return min([EARLIEST, *rows]) // 4 * 4, -(-max([LATEST, *rows]) // 4) * 4


def _cells(column: Column, first: int, last: int, room: int) -> Iterator[tuple[int, Cell]]:
    """Fill a column from top to bottom with booked, free and closed cells, each with the row it begins at."""
    row = first
    for begins, ends, bookings in _booked(column):
        yield from _between(column, row, begins)
        cell = _cut(Cell(ends - begins, bookings, column=column), min(room, _lines(ends - begins, len(bookings))))
        yield begins, cell
        row, room = ends, room - len(cell.bookings)
    yield from _between(column, row, last)


def _between(column: Column, row: int, end: int) -> Iterator[tuple[int, Cell]]:
    """Offer the open half hours between two bookings; the rest is closed."""
    while row < end:
        span = min(FREE_ROWS - row % FREE_ROWS, end - row)
        is_open = any(_floor(begins) <= row and row + span <= _ceil(ends) for begins, ends in column.open)
        yield row, Cell(span, free_from=_time(row) if is_open else None, column=column)
        row += span


def _booked(column: Column) -> list[tuple[int, int, list[Booking]]]:
    """Gather bookings whose rows meet into one stretch each, in order of time."""
    stretches: list[tuple[int, int, list[Booking]]] = []
    for booking in sorted(_timed(column), key=lambda b: (b.start_time, b.pk)):
        begins, ends = _rows_of(booking)
        if stretches and begins < stretches[-1][1]:
            last_begins, last_ends, others = stretches[-1]
            stretches[-1] = (last_begins, max(last_ends, ends), [*others, booking])
        else:
            stretches.append((begins, ends, [booking]))
    return stretches


def _timed(column: Column) -> list[Booking]:
    return [booking for booking in column.bookings if booking.start_time is not None]


def _rows_of(booking: Booking) -> tuple[int, int]:
    """Return the rows that a booking takes; one past midnight ends with the day."""
    begins = datetime.combine(booking.date, booking.start_time or time())
    rows = _floor(begins), _floor(begins) - (-_offset(begins, booking.duration_minutes) // 15)
    return rows[0], min(max(rows[1], rows[0] + 1), ROWS_A_DAY)


def _offset(begins: datetime, minutes: int) -> int:
    return begins.minute % 15 + minutes


def _floor(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // 15


def _ceil(at: datetime) -> int:
    return -(-(at.hour * 60 + at.minute) // 15)


def _time(row: int) -> time:
    return time(row // 4 % 24, row % 4 * 15)
