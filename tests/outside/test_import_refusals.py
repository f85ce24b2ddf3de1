"""A file that is wrong is refused whole, and the message names the cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from tests.outside import synthea
from tests.outside.conftest import load_script, run_script

Sql = psycopg.Connection[Any]
Refusal = Callable[[str], str]
LEFT_BY = {
    "providers.csv": "select count(*) from practitioner",
    "patients.csv": "select count(*) from patient",
    "encounters.csv": "select (select count(*) from booking) + (select count(*) from medical_record)",
    "medications.csv": "select count(*) from inventory_item where category = 'medication'",
    "supplies.csv": "select count(*) from inventory_item where category = 'supply'",
    "claims_transactions.csv": "select (select count(*) from bill) + (select count(*) from payment)",
}
"""How many rows a file left; in the order in which the files are imported."""

CELLS = [
    ("patients.csv", 3, "BIRTHDATE", "1987-13-01", "'1987-13-01' is not a date such as"),
    ("patients.csv", 2, "BIRTHDATE", "0987-04-27", "is not a date such as 1987-04-27, from 1800 on"),
    ("patients.csv", 3, "FIRST", "", "violates not-null"),
    ("patients.csv", 4, "LAST", "a\0b", "without NUL"),
    ("patients.csv", 4, "Id", "p1", "'p1' is already the id of line 2"),
    ("providers.csv", 3, "NAME", "", "violates not-null"),
    ("encounters.csv", 2, "START", "yesterday", "is not a moment such as"),
    ("encounters.csv", 4, "START", "", "is empty"),
    ("encounters.csv", 3, "PATIENT", "nobody", "'nobody' is no known patient"),
    ("encounters.csv", 3, "PROVIDER", "nobody", "'nobody' is no known practitioner"),
    ("medications.csv", 4, "BASE_COST", "12,50", "'12,50' is not an amount such as"),
    ("medications.csv", 4, "BASE_COST", "-1", "and not negative"),
    ("medications.csv", 2, "DISPENSES", "1e3", "is not a whole number"),
    ("supplies.csv", 3, "QUANTITY", "-5", "is not a whole number"),
    ("supplies.csv", 4, "DESCRIPTION", "", "violates not-null"),
    ("claims.csv", 5, "PATIENTID", "nobody", "is no known patient"),
    ("claims.csv", 2, "APPOINTMENTID", "nowhere", "is no known booking"),
    ("claims_transactions.csv", 3, "CLAIMID", "nothing", "is no known claim"),
    ("claims_transactions.csv", 3, "PAYMENTS", "NaN", "is not an amount"),
    ("claims_transactions.csv", 3, "PAYMENTS", "50.005", "'50.005' is not an amount such as 85.55"),
    ("claims_transactions.csv", 2, "AMOUNT", "85.5549", "and two after it, and not negative"),
    ("claims_transactions.csv", 2, "AMOUNT", "12345678901", "of at most ten digits before the point"),
    ("medications.csv", 3, "BASE_COST", "300.001", "'300.001' is not an amount such as 85.55"),
    ("claims_transactions.csv", 3, "TYPE", "GIFT", "is not one of CHARGE"),
    ("claims_transactions.csv", 7, "AMOUNT", "-290.82", "and not negative"),
    ("claims_transactions.csv", 11, "PAYMENTS", "1100.01", "which is 0.01 more than its total"),
    ("claims_transactions.csv", 3, "PAYMENTS", "-50.00", "refunds on bill"),
    ("claims_transactions.csv", 12, "ADJUSTMENTS", "1200.31", "bill_discount_does_not_exceed_fees"),
]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    return load_script()


@pytest.fixture
def refusal(
    sql: Sql, tmp_path: Path, clerk_url: str, script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> Refusal:
    """Run the import that must stop at a file; return its words, having seen what it left."""

    def run(file: str) -> str:
        assert script.main([str(tmp_path), "--url", clerk_url]) == 1
        assert_nothing_left_from(sql, file if file in LEFT_BY else "claims_transactions.csv")
        return capsys.readouterr().err

    return run


def assert_nothing_left_from(sql: Sql, file: str) -> None:
    """Assert that this file and those after it left no rows, and that those before it did."""
    left = {name: sql.execute(query).fetchone()[0] for name, query in LEFT_BY.items()}  # type: ignore[index]
    order = list(LEFT_BY)
    failed = order.index(file)
    assert all(left[name] > 0 for name in order[:failed]), left
    assert all(left[name] == 0 for name in order[failed:]), left


@pytest.mark.parametrize(("file", "line", "column", "cell", "words"), CELLS, ids=lambda value: repr(value)[:40])
def test_a_wrong_cell_is_named_and_its_file_leaves_nothing(
    tmp_path: Path, refusal: Refusal, file: str, line: int, column: str, cell: str, words: str
) -> None:
    content = synthea.files()
    content[file][line - 2][column] = cell
    synthea.write(tmp_path, content)
    said = refusal(file)
    assert said.startswith(f"{file}, line {line}, column {column}: ")
    assert words in said


def without_gender(text: str) -> str:
    return text.replace("GENDER", "SEX")


def with_gender_twice(text: str) -> str:
    return text.replace("SSN", "GENDER")


def with_a_short_line(text: str) -> str:
    return text.replace(",1 Main Street,Town,State,01234", "")


def with_a_stray_quote(text: str) -> str:
    return text.replace("Ann,", '"Ann,', 1).replace("Jr.", "Junior")


def empty(text: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (without_gender, "line 1, column GENDER: is missing"),
        (with_gender_twice, "line 1, column GENDER: is there twice"),
        (with_a_short_line, "line 2, column ADDRESS: the line has 7 cells"),
        (with_a_stray_quote, "line 2: is not CSV"),
        (empty, "line 1, column Id: is missing"),
    ],
)
def test_a_file_of_the_wrong_shape_is_named_with_the_place(
    tmp_path: Path, refusal: Refusal, spoil: Callable[[str], str], place: str
) -> None:
    path = synthea.write(tmp_path, synthea.files()) / "patients.csv"
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    assert refusal("patients.csv").startswith(f"patients.csv, {place}")


def test_a_text_that_is_not_utf_8_is_named(tmp_path: Path, refusal: Refusal) -> None:
    path = synthea.write(tmp_path, synthea.files()) / "patients.csv"
    path.write_bytes(path.read_text("utf-8").encode("iso-8859-9"))
    said = refusal("patients.csv")
    assert said.startswith("patients.csv, line 4, column FIRST: ")
    assert "UTF-8" in said


def test_a_byte_order_mark_and_a_record_of_several_lines_are_read(sql: Sql, tmp_path: Path, clerk_url: str) -> None:
    content = synthea.files()
    content["patients.csv"][0]["ADDRESS"] = "1 Main Street\nBack door"
    path = synthea.write(tmp_path, content) / "patients.csv"
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert run_script(tmp_path, clerk_url).returncode == 0


def test_zeros_after_the_cents_are_no_fraction_of_a_cent(sql: Sql, tmp_path: Path, clerk_url: str) -> None:
    content = synthea.files()
    content["claims_transactions.csv"][1]["PAYMENTS"] = "50.0000"
    assert run_script(synthea.write(tmp_path, content), clerk_url).returncode == 0
    paid = sql.execute("select amount::text from payment where external_ref = 'synthea:t2'").fetchall()
    assert paid == [("50.00",)]


def test_the_line_after_a_record_of_several_lines_is_still_named_rightly(tmp_path: Path, refusal: Refusal) -> None:
    content = synthea.files()
    content["patients.csv"][0]["ADDRESS"] = "1 Main Street\nBack door"
    content["patients.csv"][1]["BIRTHDATE"] = "soon"
    synthea.write(tmp_path, content)
    said = refusal("patients.csv")
    assert said.startswith("patients.csv, line 4, column BIRTHDATE: ")


def test_a_missing_file_is_named_before_anything_is_imported(tmp_path: Path, refusal: Refusal) -> None:
    (synthea.write(tmp_path, synthea.files()) / "claims.csv").unlink()
    assert "claims.csv is missing" in refusal("providers.csv")


def test_a_missing_url_is_asked_for_with_the_command_that_prints_it(tmp_path: Path) -> None:
    done = run_script(tmp_path, None)
    assert done.returncode == 2
    assert "$(python manage.py dburl)" in done.stderr


def test_a_database_that_does_not_answer_is_no_traceback(tmp_path: Path) -> None:
    done = run_script(synthea.write(tmp_path, synthea.files()), "postgresql://nobody@127.0.0.1:1/nowhere")
    assert done.returncode == 1
    assert "See that the database runs" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_login_outside_clinic_import_is_told_what_to_ask_for(sql: Sql, tmp_path: Path, refusal: Refusal) -> None:
    sql.execute("revoke clinic_import from test_import_clerk")
    synthea.write(tmp_path, synthea.files())
    assert "grant clinic_import" in refusal("providers.csv")


def test_the_command_ends_with_code_1_and_says_what_it_had_done(sql: Sql, tmp_path: Path, clerk_url: str) -> None:
    content = synthea.files()
    content["claims_transactions.csv"][9]["PAYMENTS"] = "1100.01"
    done = run_script(synthea.write(tmp_path, content), clerk_url)
    assert done.returncode == 1
    assert "patients.csv: 3 rows read" in done.stdout
    assert done.stderr.startswith("claims_transactions.csv, line 11, column PAYMENTS: ")
    assert_nothing_left_from(sql, "claims_transactions.csv")
