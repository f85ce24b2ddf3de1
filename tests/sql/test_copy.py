"""COPY in each format, as psql, pandas and bulk loaders send it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import psycopg
import pytest

from tests.sql.activity import deltas_after, last_delta
from tests.sql.conftest import Bell, Witness
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session

PATIENTS = [("Ann", "2026-01-05", None), ("Bo", "2026-01-05", "2026-02-02"), ("Cy", "2026-03-01", None)]
COPY_PATIENTS = "copy patient (first_name, registered_on, archived_at) from stdin"


def copy_rows(session: Session, statement: str, data: str) -> None:
    """Send text as psql's \\copy does."""
    with session.cursor().copy(statement) as copy:
        copy.write(data)


def text(rows: Sequence[tuple[str | None, ...]], delimiter: str, null: str) -> str:
    """Write rows in a text format of COPY."""
    return "".join(delimiter.join(null if cell is None else cell for cell in row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ("", text(PATIENTS, "\t", "\\N")),
        ("(format csv)", text(PATIENTS, ",", "")),
        ("(format csv, header true, delimiter ';')", "a;b;c\n" + text(PATIENTS, ";", "")),
    ],
    ids=["text", "csv", "csv with a header"],
)
def test_copy_appends_one_delta_per_state_and_day(
    options: str, data: str, clinic: Session, bell: Bell, witness: Witness
) -> None:
    before = last_delta(clinic)
    copy_rows(clinic, f"{COPY_PATIENTS} {options}", data)
    assert bell.rang()
    assert len(deltas_after(clinic, before)) == 3
    assert_exact_through_folds(clinic)
    witness.assert_unmoved()


def test_binary_copy_is_counted(clinic: Session, bell: Bell) -> None:
    before = last_delta(clinic)
    with clinic.cursor().copy("copy payment (bill_id, amount) from stdin (format binary)") as copy:
        copy.set_types(["int8", "numeric"])
        for amount in ("1.10", "2.20", "3.30"):
            copy.write_row((1, Decimal(amount)))
    assert bell.rang()
    assert len(deltas_after(clinic, before)) == 3
    assert_exact_through_folds(clinic)


def test_copy_of_nothing_appends_nothing_and_does_not_ring(clinic: Session, bell: Bell) -> None:
    before = last_delta(clinic)
    copy_rows(clinic, COPY_PATIENTS, "")
    assert not bell.rang()
    assert deltas_after(clinic, before) == []


def test_copy_that_fails_on_its_last_row_leaves_no_trace(clinic: Session, bell: Bell, witness: Witness) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="patient_first_name_is_not_blank"):
        copy_rows(clinic, COPY_PATIENTS, text([*PATIENTS, (" ", "2026-01-05", None)], "\t", "\\N"))
    assert not bell.rang()
    witness.assert_unmoved()
    assert_exact_through_folds(clinic)


def test_a_hundred_thousand_copied_rows_append_one_delta_per_day(clinic: Session) -> None:
    before = last_delta(clinic)
    days = [f"2025-01-{day:02}" for day in range(1, 11)]
    copy_rows(clinic, "copy booking (date) from stdin", "".join(f"{day}\n" for day in days * 1_000) * 10)
    assert len(deltas_after(clinic, before)) == 10
    assert clinic.execute("select value from stats.current where key = 'bookings_total'").fetchone() == (100_008,)
    assert clinic.execute("select * from stats.verify()").fetchall() == []
