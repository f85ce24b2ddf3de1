#!/usr/bin/env python3
"""Import a folder of Synthea CSV files into the clinic's database, as any outside script may.

    python docs/examples/import_synthea.py FOLDER --url "$(python manage.py dburl)"

Needs psycopg and tqdm, and a login role that is a member of clinic_import. Each file is one transaction, so
browsers see it at once or not at all; running it again adds only what is new. It is longer than the house's
other modules, because it is copied away as one file and changed.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, LiteralString, NamedTuple

import psycopg
from psycopg import sql
from tqdm import tqdm

Connection = psycopg.Connection[tuple[Any, ...]]
SCRIPT = "import_synthea.py"
FIRST_YEAR = 1800
NO_LINE = -1
PREFIX = "synthea:"
"""Begins every external_ref, so that the numbering of another import cannot collide with it."""


class RefusedError(Exception):
    """The import stops here; the message names the place, what was wrong and what to do."""


def refused(file: str, line: int, column: str | None, problem: str) -> RefusedError:
    """Say where in which file the import stopped, and what remains to be done."""
    place = f"{file}, line {line}" + (f", column {column}" if column else "")
    return RefusedError(
        f"{place}: {problem}\n"
        f"Nothing of {file} was imported; the files before it were. Correct it and run the import again."
    )


# What a cell may hold. A parser returns what goes to the database, or raises ValueError.


class Kind(NamedTuple):
    """A sort of cell: its type in the database, its parser, its name, and whether it must be filled."""

    type: LiteralString
    parse: Callable[[str], object]
    wanted: str
    needed: bool = False


def a_text(cell: str) -> str:
    """Return the text; PostgreSQL stores neither NUL characters nor what is not UTF-8."""
    if "\0" in cell:
        raise ValueError
    cell.encode()
    return cell


def an_id(cell: str) -> str:
    """Return the reference under which the database knows the row."""
    return PREFIX + a_text(cell)


def a_day(cell: str) -> date:
    """Return the day, which must be one the clinic's calendar knows."""
    day = date.fromisoformat(cell)
    if day.year < FIRST_YEAR:
        raise ValueError
    return day


def a_moment(cell: str) -> datetime:
    """Return the moment; Synthea writes UTC."""
    moment = datetime.fromisoformat(cell)
    if moment.year < FIRST_YEAR:
        raise ValueError
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def an_amount(cell: str) -> Decimal:
    """Return the amount, in whole cents; Python's Decimal would also take NaN, 1e9 and 1_000."""
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,2}0*)?", cell):
        raise ValueError
    return Decimal(cell).quantize(Decimal("0.01"))


def a_price(cell: str) -> Decimal:
    """Return the amount, which cannot be negative."""
    if cell.startswith("-"):
        raise ValueError
    return an_amount(cell)


def a_count(cell: str) -> int:
    """Return the count, which must fit the database's integer."""
    if not re.fullmatch(r"[0-9]{1,9}", cell):
        raise ValueError
    return int(cell)


def a_type(cell: str) -> str:
    """Return the sort of transaction, for an unknown one would lose money in silence."""
    if cell not in TYPES:
        raise ValueError
    return cell


TEXT = Kind("text", a_text, "a text in UTF-8 without NUL characters")
CODE = Kind("text", a_text, "a code in UTF-8", needed=True)
ID = Kind("text", an_id, "an id", needed=True)
LINK = Kind("text", an_id, "an id")
DAY = Kind("date", a_day, f"a date such as 1987-04-27, from {FIRST_YEAR} on")
MOMENT = Kind("timestamptz", a_moment, f"a moment such as 2014-05-06T08:34:30Z, from {FIRST_YEAR} on", needed=True)
AMOUNT = Kind("numeric", an_amount, "an amount such as 85.55, of at most ten digits before the point and two after it")
PRICE = AMOUNT._replace(parse=a_price, wanted=f"{AMOUNT.wanted}, and not negative")
TYPES = ("CHARGE", "PAYMENT", "ADJUSTMENT", "TRANSFERIN", "TRANSFEROUT")
TYPE = Kind("text", a_type, f"one of {', '.join(TYPES)}", needed=True)
COUNT = Kind("integer", a_count, "a whole number such as 50", needed=True)


# The files: which columns are read, what they refer to, and which rows they become.


@dataclass(frozen=True)
class Write:
    """Rows of a table made of staged rows.

    `columns` gives each column's expression over `s`, the staged rows; the first `s.name` in it is the CSV
    column that is blamed when the database refuses the value, else `blame`. Columns in `once` are set when
    the row is new and belong to the clinic afterwards.
    """

    table: LiteralString
    source: LiteralString
    columns: Mapping[LiteralString, LiteralString]
    blame: str
    once: frozenset[str] = frozenset()

    def statement(self) -> sql.Composed:
        """Compose the upsert of the rows in a range of lines; rows that are already so are left alone."""
        kept = [name for name in self.columns if name not in self.once and name != "external_ref"]
        return sql.SQL(
            "insert into {table} as t ({names}) select {values} from {source}"
            " where s.line > %(after)s and s.line <= %(last)s order by s.line"
            " on conflict (external_ref) do update set {changes} where ({old}) is distinct from ({new})"
        ).format(
            table=sql.Identifier(self.table),
            names=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            values=sql.SQL(", ").join(map(sql.SQL, self.columns.values())),
            source=sql.SQL(self.source),
            changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(n)) for n in kept),
            old=sql.SQL(", ").join(sql.Identifier("t", name) for name in kept),
            new=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in kept),
        )

    def blamed(self, error: psycopg.Error, readable: Iterable[str]) -> str:
        """Name the CSV column behind a refusal, by the column or constraint that the database names."""
        headings = {name.lower(): name for name in readable}
        said = error.diag.column_name or (error.diag.constraint_name or "").removeprefix(f"{self.table}_")
        for name, expression in self.columns.items():
            staged = re.search(r"\bs\.(\w+)", expression)
            if said.startswith(name) and staged:
                return headings.get(staged[1], self.blame)
        return self.blame


Known = tuple[str, LiteralString, LiteralString]
"""What a column refers to: its name, and the rows and their column that must know the value."""
A_PATIENT: Known = (
    "patient",
    "(select external_ref from patient union all select external_ref from patient_reference)",
    "external_ref",
)
A_PRACTITIONER: Known = ("practitioner", "practitioner", "external_ref")
A_BOOKING: Known = ("booking", "booking", "external_ref")
A_CLAIM: Known = ("claim", "staged_claims", "id")


@dataclass(frozen=True)
class File:
    """One CSV file; `refers` says for a column what must know its value."""

    name: str
    columns: Mapping[str, Kind]
    writes: tuple[Write, ...] = ()
    refers: Mapping[str, Known] = field(default_factory=dict)
    distinct: str | None = "Id"

    @property
    def staged(self) -> sql.Identifier:
        """The temporary table that holds the file's rows."""
        return sql.Identifier(f"staged_{self.name.removesuffix('.csv')}")


CLINIC_DAY: LiteralString = "({} at time zone clock.time_zone())::date"
PATIENT: LiteralString = "(select p.id from patient_by_ref(s.patient) p)"
PRACTITIONER: LiteralString = "(select p.id from practitioner p where p.external_ref = s.provider)"

PRACTITIONERS = Write(
    "practitioner",
    "staged_providers s",
    {"full_name": "s.name", "specialty": "coalesce(initcap(s.speciality), '')", "external_ref": "s.id"},
    blame="NAME",
)
PATIENTS = Write(
    "patient",
    "(select * from staged_patients where not exists (select from patient_reference where external_ref = id)) s",
    {
        "first_name": "s.first",
        "last_name": "coalesce(s.last, '')",
        "birth_date": "s.birthdate",
        "sex": "case s.gender when 'F' then 'female' when 'M' then 'male' else 'unknown' end",
        "address": "concat_ws(', ', s.address, s.city, s.state, s.zip)",
        "notes": "coalesce('Died on ' || s.deathdate || '.', '')",
        "external_ref": "s.id",
    },
    blame="FIRST",
)
BOOKINGS = Write(
    "booking",
    """(select e.*, trim(n.first_name || ' ' || n.last_name) as name,
              start at time zone clock.time_zone() as begins,
              ceil(extract(epoch from stop - start) / 60) as minutes
         from staged_encounters e cross join patient_by_ref(e.patient) n) s""",
    {
        "patient_id": PATIENT,
        "patient_name": "s.name",
        "practitioner_id": PRACTITIONER,
        "date": "s.begins::date",
        "start_time": "s.begins::time",
        "duration_minutes": "greatest(1, least(1440, coalesce(s.minutes, 30)))",
        "status": "'completed'",
        "reason": "coalesce(s.description, '')",
        "external_ref": "s.id",
    },
    blame="START",
)
RECORDS = Write(
    "medical_record",
    "staged_encounters s",
    {
        "patient_id": PATIENT,
        "booking_id": "(select k.id from booking k where k.external_ref = s.id)",
        "practitioner_id": PRACTITIONER,
        "visit_on": CLINIC_DAY.format("s.start"),
        "chief_complaint": "coalesce(s.description, '')",
        "diagnosis": "coalesce(s.reasondescription, '')",
        "external_ref": "s.id",
    },
    blame="START",
)


def items(category: LiteralString, quantity: LiteralString, price: LiteralString, source: LiteralString) -> Write:
    """Make one item per code: all that was handed out is its stock, the largest lot its reorder level."""
    latest: LiteralString = (
        "(select distinct on (code) *, sum({0}) over lots as total, max({0}) over lots as lot from {1}"
        " window lots as (partition by code) order by code, line desc) s"
    )
    columns: dict[LiteralString, LiteralString] = {
        "name": "s.description",
        "sku": "s.code",
        "category": f"'{category}'",
        "unit_price": price,
        "quantity": "s.total",
        "reorder_level": "s.lot",
        "external_ref": f"'{PREFIX}{category}:' || s.code",
    }
    once = frozenset({"quantity", "reorder_level"})
    return Write("inventory_item", latest.format(quantity, source), columns, quantity.upper(), once)


# A charge for what medications.csv lists is medicine. Transfers only move a debt from one payer to the next.
# A booking takes one bill, so a bill names its booking only where no other bill could.
BILLS = Write(
    "bill",
    """(select c.id, c.patientid as patient, c.servicedate,
              coalesce(max(t.line) filter (where t.adjustments <> 0), min(t.line), 0) as line,
              coalesce(sum(t.amount) filter (where t.type = 'CHARGE' and m.id is null), 0) as service,
              coalesce(sum(t.amount) filter (where t.type = 'CHARGE' and m.id is not null), 0) as medicine,
              coalesce(sum(t.adjustments), 0) as adjustments,
              case when count(*) over (partition by c.appointmentid) = 1 then c.appointmentid end as visit
         from staged_claims c
              left join staged_claims_transactions t on t.claimid = c.id
              left join inventory_item m on m.external_ref = 'synthea:medication:' || t.procedurecode
        group by c.id, c.patientid, c.servicedate, c.appointmentid) s
       left join booking k on k.external_ref = s.visit and not exists
            (select from bill o where o.booking_id = k.id and o.external_ref is distinct from s.id)""",
    {
        "patient_id": PATIENT,
        "booking_id": "k.id",
        "issued_on": CLINIC_DAY.format("s.servicedate"),
        "service_fee": "s.service",
        "medicine_fee": "s.medicine",
        "discount": "s.adjustments",
        "external_ref": "s.id",
    },
    blame="AMOUNT",
)
PAYMENTS = Write(
    "payment",
    "(select * from staged_claims_transactions where type = 'PAYMENT' and payments <> 0) s",
    {
        "bill_id": "(select b.id from bill b where b.external_ref = s.claimid)",
        "amount": "s.payments",
        "method": "case s.method when 'CASH' then 'cash' when 'CC' then 'card' when 'COPAY' then 'copay'"
        " when 'CHECK' then 'cheque' when 'ECHECK' then 'cheque' else 'other' end",
        "reference": "coalesce(s.notes, '')",
        "paid_on": CLINIC_DAY.format("s.fromdate"),
        "external_ref": "s.id",
    },
    blame="PAYMENTS",
)

# A claim has no amounts of its own: it becomes a bill together with its charges, in the last file.
FILES = (
    File("providers.csv", {"Id": ID, "NAME": TEXT, "SPECIALITY": TEXT}, (PRACTITIONERS,)),
    File(
        "patients.csv",
        {"Id": ID, "BIRTHDATE": DAY, "DEATHDATE": DAY, "FIRST": TEXT, "LAST": TEXT, "GENDER": TEXT}
        | dict.fromkeys(("ADDRESS", "CITY", "STATE", "ZIP"), TEXT),
        (PATIENTS,),
    ),
    File(
        "encounters.csv",
        {"Id": ID, "START": MOMENT, "STOP": MOMENT._replace(needed=False), "PATIENT": ID, "PROVIDER": LINK}
        | {"DESCRIPTION": TEXT, "REASONDESCRIPTION": TEXT},
        (BOOKINGS, RECORDS),
        {"PATIENT": A_PATIENT, "PROVIDER": A_PRACTITIONER},
    ),
    File(
        "medications.csv",
        {"CODE": CODE, "DESCRIPTION": TEXT, "BASE_COST": PRICE, "DISPENSES": COUNT},
        (items("medication", "dispenses", "coalesce(s.base_cost, 0)", "staged_medications"),),
        distinct=None,
    ),
    File(
        "supplies.csv",
        {"CODE": CODE, "DESCRIPTION": TEXT, "QUANTITY": COUNT},
        (items("supply", "quantity", "0", "staged_supplies"),),
        distinct=None,
    ),
    File(
        "claims.csv",
        {"Id": ID, "PATIENTID": ID, "APPOINTMENTID": LINK, "SERVICEDATE": MOMENT},
        refers={"PATIENTID": A_PATIENT, "APPOINTMENTID": A_BOOKING},
    ),
    File(
        "claims_transactions.csv",
        {"ID": ID, "CLAIMID": ID, "TYPE": TYPE, "METHOD": TEXT, "FROMDATE": MOMENT, "PROCEDURECODE": TEXT}
        | {"NOTES": TEXT, "AMOUNT": PRICE, "PAYMENTS": AMOUNT, "ADJUSTMENTS": AMOUNT},
        (BILLS, PAYMENTS),
        {"CLAIMID": A_CLAIM},
        distinct="ID",
    ),
)


# Reading a file.


def lines(stream: BinaryIO, bar: tqdm[Any]) -> Iterator[str]:
    """Decode line by line, moving the bar; what is not UTF-8 is left for the cell's parser to refuse."""
    for number, raw in enumerate(stream):
        bar.update(len(raw))
        yield raw.decode("utf-8" if number else "utf-8-sig", "surrogateescape")


def records(file: str, text: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins in; a record may span several."""
    reader = csv.reader(text, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise refused(file, line, None, f"is not CSV: {error}. Look for a stray quote.") from error
        if record is None:
            return
        if record:
            yield line, record


def places(file: File, header: list[str]) -> list[tuple[int, str, Kind]]:
    """Find the columns that are read."""
    for name in file.columns:
        if header.count(name) != 1:
            problem = "is missing" if name not in header else "is there twice"
            raise refused(file.name, 1, name, f"{problem}. The first line must name Synthea's columns.")
    return [(header.index(name), name, kind) for name, kind in file.columns.items()]


def parsed(file: str, line: int, name: str, kind: Kind, cell: str) -> object:
    """Return what the database is given for a cell; an empty cell is null."""
    if not cell.strip():
        if kind.needed:
            raise refused(file, line, name, f"is empty and must hold {kind.wanted}.")
        return None
    try:
        return kind.parse(cell.strip())
    except ValueError as error:
        raise refused(file, line, name, f"{cell!r} is not {kind.wanted}.") from error


def rows(file: File, path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield the line and the parsed cells of each record, showing a progress bar on a terminal."""
    size = path.stat().st_size
    with (
        path.open("rb") as stream,
        tqdm(total=size, desc=file.name, unit="B", unit_scale=True, disable=None) as bar,
    ):
        found = records(file.name, lines(stream, bar))
        _, header = next(found, (1, []))
        columns = places(file, header)
        for line, record in found:
            if len(record) != len(header):
                name = header[min(len(record), len(header) - 1)]
                problem = f"the line has {len(record)} cells where the first has {len(header)}."
                raise refused(file.name, line, name, problem)
            yield line, *(parsed(file.name, line, name, kind, record[i]) for i, name, kind in columns)


# Writing it.


def stage(connection: Connection, file: File, path: Path) -> tuple[int, int]:
    """Copy the file into a temporary table of its own; return how many rows it has, and the last line."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name.lower()), sql.SQL(kind.type)) for name, kind in file.columns.items()
    )
    connection.execute(sql.SQL("create temp table {} (line integer, {})").format(file.staged, columns))
    count = line = 0
    with connection.cursor().copy(sql.SQL("copy {} from stdin").format(file.staged)) as copy:
        for line, *cells in rows(file, path):
            copy.write_row((line, *cells))
            count += 1
    connection.execute(sql.SQL("analyze {}").format(file.staged))
    return count, line


def check_distinct(connection: Connection, file: File, name: str) -> None:
    """Refuse a file that gives an id twice."""
    query = sql.SQL(
        "select line, earlier, {0}"
        " from (select *, lag(line) over (partition by {0} order by line) as earlier from {1}) s"
        " where earlier is not null order by line limit 1"
    ).format(sql.Identifier(name.lower()), file.staged)
    if found := connection.execute(query).fetchone():
        line, earlier, value = found
        problem = f"{value.removeprefix(PREFIX)!r} is already the id of line {earlier}. Remove one of the two."
        raise refused(file.name, line, name, problem)


def check_reference(connection: Connection, file: File, name: str, known: Known) -> None:
    """Refuse a file that refers to what nobody has imported."""
    what, rows, key = known
    query = sql.SQL(
        "select line, {0} from {1} s where {0} is not null and not exists"
        " (select from {2} t where t.{3} = s.{0}) order by line limit 1"
    ).format(sql.Identifier(name.lower()), file.staged, sql.SQL(rows), sql.Identifier(key))
    if found := connection.execute(query).fetchone():
        line, value = found
        problem = f"{value.removeprefix(PREFIX)!r} is no known {what}. Add its row, or correct the reference."
        raise refused(file.name, line, name, problem)


def write_lines(connection: Connection, write: Write, after: int, last: int) -> int | psycopg.Error:
    """Write the rows of a range of lines; return how many, or the refusal, which undid them all."""
    try:
        with connection.transaction():
            return connection.execute(write.statement(), {"after": after, "last": last}).rowcount
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        return error


def trace(connection: Connection, write: Write, last: int, refusal: psycopg.Error) -> tuple[int, psycopg.Error]:
    """Halve the range until one line is left: what comes before it is taken, with it comes the refusal."""
    accepted = NO_LINE
    while last - accepted > 1:
        middle = (accepted + last) // 2
        result = write_lines(connection, write, accepted, middle)
        if isinstance(result, psycopg.Error):
            last, refusal = middle, result
        else:
            accepted = middle
    return last, refusal


def carry_out(connection: Connection, file: File, write: Write, last: int) -> int:
    """Write a file's rows to one table; return how many were new or different."""
    result = write_lines(connection, write, NO_LINE, last)
    if not isinstance(result, psycopg.Error):
        return result
    line, refusal = trace(connection, write, last, result)
    said = refusal.diag
    problem = f"the database refused it: {said.message_primary}."
    if remedy := said.message_hint or said.message_detail:
        problem += f" {remedy}"
    raise refused(file.name, line, write.blamed(refusal, file.columns), problem)


def import_file(connection: Connection, file: File, folder: Path) -> str:
    """Import one file in one transaction; return what was done, in words."""
    with connection.transaction():
        count, last = stage(connection, file, folder / file.name)
        if file.distinct:
            check_distinct(connection, file, file.distinct)
        for name, known in file.refers.items():
            check_reference(connection, file, name, known)
        written = [f"{write.table} {carry_out(connection, file, write, last):,}" for write in file.writes]
    return f"{file.name}: {count:,} rows read; new or changed: {', '.join(written) or 'none yet'}"


def import_folder(folder: Path, url: str) -> None:
    """Import all files, in the order in which they refer to each other."""
    for file in FILES:
        if not (folder / file.name).is_file():
            raise RefusedError(f"{folder / file.name} is missing. Name the folder that holds Synthea's CSV files.")
    with psycopg.connect(url, autocommit=True, application_name=SCRIPT) as connection:
        connection.execute("select set_config('clinic.stock_reason', 'Synthea import', false)")
        for file in FILES:
            print(import_file(connection, file, folder))


def remedy(error: psycopg.Error) -> str:
    """Say what to do about an error that no row is to blame for."""
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return "This is not a clinic's database, or not a current one. Run: python manage.py migrate"
        case psycopg.errors.InsufficientPrivilege():
            return "Let an administrator run: grant clinic_import to this login role;"
        case _:
            return "See that the database runs and the URL is right, then run the import again."


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line and import; return the exit code."""
    parser = argparse.ArgumentParser(description="Import a folder of Synthea CSV files into the clinic's database.")
    parser.add_argument("folder", type=Path, help="the folder with patients.csv, encounters.csv and so on")
    parser.add_argument("--url", default=os.environ.get("DATABASE_URL"), help="the database; default: $DATABASE_URL")
    arguments = parser.parse_args(words)
    if not arguments.url:
        parser.error('no database is named. Add --url "$(python manage.py dburl)", or set DATABASE_URL.')
    try:
        import_folder(arguments.folder, arguments.url)
    except RefusedError as error:
        print(error, file=sys.stderr)
    except psycopg.Error as error:
        print(f"{str(error).strip()}\n{remedy(error)}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
