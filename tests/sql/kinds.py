"""Every kind of statement, written for every counted table alike.

Rows 901 and 902 are there before, of two states and days where the table has them; 903 and 904 are new.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg.sql import Literal

from tests.sql.oracle import Session
from tests.sql.playing import Case

DAYS = (date(2026, 3, 3), date(2026, 3, 4))
THEN = datetime.fromisoformat("2026-03-05T12:00+00:00")


@dataclass(frozen=True)
class Table:
    """One counted table: columns, types and values of new rows, and how an update moves one, if it can."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    values: tuple[tuple[Any, ...], tuple[Any, ...]]
    uncounted: str
    state: str = ""
    day: str = ""

    def row(self, row_id: int) -> tuple[Any, ...]:
        """Return the values of the row of that id."""
        return (row_id, *self.values[row_id % 2])

    def literals(self, *ids: int) -> str:
        """Write rows as a list of SQL values."""
        return ", ".join("(" + ", ".join(Literal(v).as_string() for v in self.row(i)) + ")" for i in ids)

    @property
    def all_columns(self) -> str:
        """Name the columns of a row."""
        return ", ".join(("id", *self.columns))

    def typed(self, ids: Sequence[int]) -> str:
        """Write rows as a subselect whose columns have the types of the table's."""
        casts = ", ".join(f"v.{c}::{t}" for c, t in zip(("id", *self.columns), ("int8", *self.types), strict=True))
        return f"select {casts} from (values {self.literals(*ids)}) v ({self.all_columns})"

    def insert(self, *ids: int) -> str:
        """Write an insert of rows, beside which those that are there are called `old`."""
        return f"insert into {self.name} as old ({self.all_columns}) values {self.literals(*ids)}"

    def upsert(self, change: str, *ids: int) -> str:
        """Write an insert of rows that changes those that are there."""
        return f"{self.insert(*ids)} on conflict (id) do update set {change}"


TABLES = (
    Table(
        "patient",
        ("first_name", "registered_on", "archived_at"),
        ("text", "date", "timestamptz"),
        (("N", DAYS[0], None), ("N", DAYS[1], THEN)),
        uncounted="phone = '1'",
        state="archived_at = now()",
        day="registered_on = '2026-03-09'",
    ),
    Table("practitioner", ("full_name",), ("text",), (("N",), ("M",)), uncounted="is_active = false"),
    Table("service", ("name",), ("text",), (("N",), ("M",)), uncounted="price = 1"),
    Table(
        "booking",
        ("date", "status"),
        ("date", "text"),
        ((DAYS[0], "confirmed"), (DAYS[1], "pending")),
        uncounted="reason = 'x'",
        state="status = 'declined'",
        day="date = '2026-03-09'",
    ),
    Table(
        "medical_record",
        ("patient_id", "visit_on"),
        ("int8", "date"),
        ((1, DAYS[0]), (2, DAYS[1])),
        uncounted="diagnosis = 'x', booking_id = null",
        day="visit_on = '2026-03-09'",
    ),
    Table(
        "bill",
        ("patient_id", "issued_on", "service_fee"),
        ("int8", "date", "numeric"),
        ((1, DAYS[0], Decimal("12.50")), (2, DAYS[1], Decimal(0))),
        uncounted="booking_id = null",
        state="voided_at = now()",
        day="issued_on = '2026-03-09'",
    ),
    Table(
        "payment",
        ("bill_id", "amount", "paid_on", "method"),
        ("int8", "numeric", "date", "text"),
        ((1, Decimal("1.25"), DAYS[0], "cash"), (1, Decimal("2.50"), DAYS[1], "card")),
        uncounted="reference = 'x'",
        state="method = 'other'",
        day="paid_on = '2026-03-09'",
    ),
    Table(
        "inventory_item",
        ("name", "quantity"),
        ("text", "int4"),
        (("N", 0), ("N", 5)),
        uncounted="name = 'Another', sku = null, expires_on = null",
        state="quantity = 3, reorder_level = 6",
    ),
)


@dataclass(frozen=True)
class Copied(Case):
    """Rows that COPY brings, in a format."""

    table: Table = TABLES[0]
    ids: tuple[int, ...] = ()
    copy_format: str = "text"

    def make(self, session: Session) -> None:
        """Send them as psql, pandas or a bulk loader does."""
        rows = [self.table.row(row_id) for row_id in self.ids]
        into = f"copy {self.table.name} ({self.table.all_columns}) from stdin (format {self.copy_format})"
        with session.cursor().copy(into) as copy:
            if self.copy_format == "csv":
                written = io.StringIO()
                csv.writer(written).writerows(rows)
                copy.write(written.getvalue())
                return
            if self.copy_format == "binary":
                copy.set_types(("int8", *self.table.types))
            for row in rows:
                copy.write_row(row)


Write = Callable[[Table], str]
INSERTS: dict[str, tuple[Write, int]] = {
    "rows of values": (lambda t: t.insert(903, 904), 0),
    "rows of a select": (lambda t: f"insert into {t.name} ({t.all_columns}) {t.typed((903, 904))}", 0),
    "no row": (lambda t: f"insert into {t.name} ({t.all_columns}) {t.typed((903,))} where false", 0),
    "an insert that does nothing on conflict": (lambda t: f"{t.insert(901)} on conflict do nothing", 0),
    "an insert that does nothing on one conflict of two": (
        lambda t: f"{t.insert(901, 903)} on conflict do nothing",
        0,
    ),
    "an upsert that inserts and updates": (lambda t: t.upsert(t.uncounted, 902, 903), 1),
    "an upsert that spares each row": (lambda t: f"{t.upsert(t.uncounted, 902)} where old.id < 0", 0),
    "a writable select that inserts here and elsewhere": (
        lambda t: (
            f"with a as (insert into {t.name} ({t.all_columns}) {t.typed((903,))} returning id)"
            " insert into service (id, name) select id + 50, 'Elsewhere' from a"
        ),
        0,
    ),
}
CHANGES: dict[str, tuple[Write, int]] = {
    "rows to what they are": (lambda t: f"update {t.name} set id = id where id > 900", 1),
    "an uncounted column": (lambda t: f"update {t.name} set {t.uncounted} where id = 901", 1),
    "no row at all": (lambda t: f"update {t.name} set {t.uncounted} where id = -1", 0),
    "rows that are named by another table": (
        lambda t: f"update {t.name} set {t.uncounted} from patient p where p.id = 1 and {t.name}.id = 902",
        1,
    ),
    "a row deleted": (lambda t: f"delete from {t.name} where id = 901", 0),
    "rows deleted that another table names": (
        lambda t: f"delete from {t.name} using patient p where p.id = 1 and {t.name}.id > 900",
        0,
    ),
    "no row deleted": (lambda t: f"delete from {t.name} where false", 0),
    "a merge of all three arms": (
        lambda t: (
            f"merge into {t.name} t using ({t.typed((901, 902, 903))}) v on t.id = v.id"
            " when matched and v.id = 901 then delete"
            f" when matched then update set {t.uncounted}"
            f" when not matched then insert ({t.all_columns}) values (v.{t.all_columns.replace(', ', ', v.')})"
        ),
        1,
    ),
    "a merge that does nothing": (
        lambda t: f"merge into {t.name} t using (values (901)) v (id) on t.id = v.id when matched then do nothing",
        0,
    ),
    "a writable select that deletes here and updates elsewhere": (
        lambda t: (
            f"with a as (delete from {t.name} where id = 901 returning id)"
            " update medical_record set notes = 'x' from a where medical_record.id = 1"
        ),
        1,
    ),
}
MOVES: dict[str, tuple[Write, int]] = {
    "a state": (lambda t: f"update {t.name} set {t.state} where id > 900", 0),
    "a day": (lambda t: f"update {t.name} set {t.day} where id > 900", 0),
    "a state and a day": (lambda t: f"update {t.name} set {t.state}, {t.day} where id = 901", 0),
    "a state from another table": (
        lambda t: f"update {t.name} set {t.state} from service s where s.id = 1 and {t.name}.id = 902",
        0,
    ),
    "an upsert that moves": (lambda t: t.upsert(t.state, 902, 903), 0),
    "a merge that moves": (
        lambda t: (
            f"merge into {t.name} t using (values (902)) v (id) on t.id = v.id when matched then update set {t.state}"
        ),
        0,
    ),
}


def prepare(session: Session) -> None:
    """Make rows 901 and 902 of each table, which nothing refers to."""
    for table in TABLES:
        session.execute(f"insert into {table.name} ({table.all_columns}) values {table.literals(901, 902)}")
    session.execute("select stats.fold()")


def cases(table: Table) -> Iterator[Case]:
    """Write each kind of statement for a table; `deltas` counts only the touches."""
    for name, (write, touches) in {**INSERTS, **CHANGES}.items():
        yield Case(f"{table.name}: {name}", write(table), touches)
    for name, (write, touches) in MOVES.items():
        if (table.state or name == "a day") and (table.day or "day" not in name):
            yield Case(f"{table.name}: {name}", write(table), touches)
    for copy_format in ("text", "csv", "binary"):
        yield Copied(f"{table.name}: copy in {copy_format}", "", 0, True, table, (903, 904), copy_format)
    yield Copied(f"{table.name}: copy of nothing", "", 0, True, table, (), "text")
