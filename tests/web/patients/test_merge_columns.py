"""Nothing of a patient is forgotten at a merge: every column and every table that names patients is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from clinic.patients.merge import LEFT_OUT, merge
from clinic.patients.models import Patient
from clinic.screens.conflicts import version
from tests.web.patients.conftest import ClientOf

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
COLUMNS: dict[str, tuple[Any, Any, Any]] = {
    # what the kept one says, what the other says, what is said afterwards
    "first_name": ("Ada", "Augusta", "Ada"),
    "last_name": ("", "Lovelace", "Lovelace"),
    "birth_date": (None, LONG_AGO.date(), LONG_AGO.date()),
    "sex": ("unknown", "female", "female"),
    "phone": ("", "1815", "1815"),
    "email": ("", "ada@example.org", "ada@example.org"),
    "address": ("", "St James's Square", "St James's Square"),
    "blood_type": ("", "A+", "A+"),
    "allergies": ("nuts", "dust", "nuts; dust"),
    "notes": ("deaf", "late", "deaf\nlate"),
    "registered_on": (LONG_AGO.date() + timedelta(1), LONG_AGO.date(), LONG_AGO.date()),
    "archived_at": (LONG_AGO, None, None),
    "external_ref": (None, "B", "B"),
}
"""Every column of `patient` that people or scripts write; a new one is added here, with what a merge makes of it."""
WRITTEN_BY_THE_DATABASE = {"id", "changed_at", "changed_by"}
REFERRING = {
    ("bill", "patient_id"),
    ("booking", "patient_id"),
    ("medical_record", "patient_id"),
    ("patient_merge", "kept_id"),
    ("patient_reference", "patient_id"),
}
"""Every column of the database that names a patient, by foreign key or by its name."""

pytestmark = pytest.mark.django_db


def asked(query: str) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row if len(row) > 1 else row[0] for row in cursor.fetchall()}


def test_every_column_of_the_table_has_its_line_here_or_a_reason_to_be_left_out() -> None:
    columns = asked(
        "select column_name from information_schema.columns"
        " where table_schema = 'public' and table_name = 'patient' and is_generated = 'NEVER'"
    )
    assert columns == COLUMNS.keys() | WRITTEN_BY_THE_DATABASE
    assert LEFT_OUT.keys() == WRITTEN_BY_THE_DATABASE
    assert all(LEFT_OUT.values())


def two() -> tuple[Patient, Patient]:
    kept, other = (
        Patient.objects.create(**{name: values[which] for name, values in COLUMNS.items()}) for which in (0, 1)
    )
    for patient in (kept, other):
        patient.refresh_from_db()
    return kept, other


@pytest.mark.parametrize("column", COLUMNS)
def test_a_merge_fills_or_joins_every_column(column: str) -> None:
    kept, other = two()
    merge(kept.pk, other.pk, seen={row.pk: version(row) for row in (kept, other)})
    kept.refresh_from_db()
    assert getattr(kept, column) == COLUMNS[column][2]


def test_what_the_kept_one_says_is_not_overwritten() -> None:
    kept, other = two()
    told = {"last_name": "King", "sex": "other", "phone": "1", "blood_type": "0-".replace("0", "O")}
    Patient.objects.filter(pk=kept.pk).update(**told)
    kept.refresh_from_db()
    merge(kept.pk, other.pk, seen={row.pk: version(row) for row in (kept, other)})
    kept.refresh_from_db()
    assert {name: getattr(kept, name) for name in told} == told


def test_the_page_compares_every_column_and_says_what_becomes_of_it(client_of: ClientOf) -> None:
    kept, other = two()
    page = client_of("reception").get(f"/patients/{kept.pk}/merge/?other={other.pk}")
    rows = page.context["rows"]
    assert len(rows) == len(COLUMNS)
    allergies = next(row for row in rows if row.label == "allergies")
    assert (allergies.kept, allergies.other, allergies.result) == ("nuts", "dust", "nuts; dust")
    assert "nuts; dust" in page.content.decode()


def test_every_table_that_names_patients_is_known_and_moved() -> None:
    named = asked(
        "select conrelid::regclass::text, attname::text from pg_constraint join pg_attribute"
        " on attrelid = conrelid and attnum = conkey[1] where contype = 'f' and confrelid = 'patient'::regclass"
        " union select table_name, column_name from information_schema.columns join information_schema.tables"
        " using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'"
        " and column_name in ('patient_id', 'kept_id')"
    )
    assert named == REFERRING
    moved = {
        (relation.related_model._meta.db_table, relation.field.column)  # type: ignore[union-attr]
        for relation in Patient._meta.related_objects
    }
    assert moved == REFERRING
